import type { Answer, Server } from './server';

/** What a check found: as the API reference says, otherwise and in which words, or that the server has no such thing. */
export type Found = 'same' | 'absent' | { readonly different: string };

/** What is alive while the checks run, one after the other. */
export interface Scene {
  readonly server: Server;
  /** A sandbox that runs until the last check. */
  readonly sandbox: string;
}

export interface Check {
  /** What is asked, in the order of the report; also its identity. */
  readonly name: string;
  readonly run: (scene: Scene) => Promise<Found>;
}

/** An answer in a few words without ids, for a difference. */
export function wordsOf({ status, type, text, json, allow }: Answer): string {
  const said = [json['message'], json['error'], Object.keys(json).length > 0 ? 'JSON' : text].find(isText);
  const kind = text === '' ? 'empty' : type.replace(/;.*/, '').replace('application/json', 'JSON');
  const message = text === '' ? '' : `: ${said ?? ''}`;
  const code = typeof json['code'] === 'string' ? ` (${json['code']})` : '';
  const methods = allow === undefined ? '' : `, allow ${allow}`;
  return `${status} ${kind}${methods}${message}${code}`
    .replace(/ at line \d+ column \d+$/, '')
    .replace(/[A-Za-z0-9]{21}(?![A-Za-z0-9])/g, '<id>')
    .replace(/\b\d{4,}\b/g, '<n>')
    .replace(/\/tmp\/\S+/g, '<path>')
    .slice(0, 160);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A route that is there when it is not answered by an empty 404 or 405. */
function isAbsent({ status, text }: Answer): boolean {
  return (status === 404 || status === 405) && text === '';
}

/** `same` when the status is one of `expected` and `is` holds; else what was said. */
export function judge(
  answer: Answer,
  expected: readonly number[],
  is: (answer: Answer) => boolean = () => true,
): Found {
  if (isAbsent(answer)) return 'absent';
  return expected.includes(answer.status) && is(answer) ? 'same' : { different: wordsOf(answer) };
}

/** `same` when both are equal, else what was seen. */
export function compare(seen: unknown, expected: unknown): Found {
  const words = text(seen);
  return words === text(expected) ? 'same' : { different: words };
}

function text(value: unknown): string {
  return isText(value) ? value : JSON.stringify(value);
}

/** An error with a `message`, as the control plane of the service sends it (API reference section 2.1). */
export function hasMessage({ json }: Answer): boolean {
  return typeof json['message'] === 'string';
}

/** An error with this `code`, as the inside of a sandbox sends it (API reference section 3.1). */
export function hasCode(code: string): (answer: Answer) => boolean {
  return ({ json }) => json['code'] === code;
}

/** The members of `names` that an object lacks. */
export function lacking(row: Readonly<Record<string, unknown>>, names: readonly string[]): Found {
  const missing = names.filter(name => !(name in row));
  return missing.length === 0 ? 'same' : { different: `without ${missing.join(', ')}` };
}
