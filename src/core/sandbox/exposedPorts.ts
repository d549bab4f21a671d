import { portViolations, type Violation } from './rules';

/**
 * Reads ports separated by blanks, commas or semicolons: sorted, without duplicates; `NaN` for what is not a number.
 */
export function splitPorts(text: string): readonly number[] {
  const words = text.split(/[\s,;]+/).filter(word => word !== '');
  const ports = words.map(word => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** The first rule that a list of ports breaks: 1 to 65535, without the management port (API reference section 5). */
export function portViolation(ports: readonly number[]): Violation | undefined {
  const [first] = portViolations(ports);
  return first;
}

/** The differences between two lists of ports. */
export function portDifferences(
  before: readonly number[],
  after: readonly number[],
): { readonly removed: readonly number[]; readonly added: readonly number[] } {
  const [old, wanted] = [new Set(before), new Set(after)];
  return {
    removed: before.filter(port => !wanted.has(port)),
    added: after.filter(port => !old.has(port)),
  };
}
