import { parseDuration } from '../kernel/time/timeSpan';
import { parseFilter, type SandboxFilter } from '../list/filter';
import type { Row } from '../list/rows';
import { isCapableOf } from '../sandbox/capabilities';

/** Which sandboxes are to be cleaned up. */
export interface CleanUpRule {
  /** At least this long ago it was created, in milliseconds. */
  readonly olderMs?: number;
  /** Nothing went from this computer to it for at least this long, in milliseconds. */
  readonly idleMs?: number;
  readonly matches: SandboxFilter;
}

/** What is known of the traffic between this computer and a sandbox. */
export interface LastTraffic {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** False when no traffic was seen since then, which is when the sandbox was created or the record began. */
  readonly isSeen: boolean;
}

/** A rule, or the word of it that is no time span. */
export type ParsedRule =
  { readonly kind: 'rule'; readonly rule: CleanUpRule } | { readonly kind: 'badSpan'; readonly word: string };

/**
 * Parses a rule. `older:7d` matches what was created at least so long ago, `idle:12h` what this computer did not use for
 * so long; `name:tmp-*` with an asterisk matches whole names; all other words are those of the filter. All must match.
 */
export function parseRule(text: string): ParsedRule {
  const spans = new Map<string, number>();
  const names: NameTest[] = [];
  const others: string[] = [];
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    const [, key, value = ''] = /^(older|idle|name):(.*)$/.exec(word) ?? [];
    if (key === 'name' && value.includes('*')) names.push(nameTest(value));
    else if (key === undefined || key === 'name') others.push(word);
    else {
      const seconds = parseDuration(value);
      if (seconds === undefined) return { kind: 'badSpan', word };
      spans.set(key, seconds * 1000);
    }
  }
  const filter = parseFilter(others.join(' '));
  const [olderMs, idleMs] = [spans.get('older'), spans.get('idle')];
  const rule: CleanUpRule = {
    ...(olderMs !== undefined && { olderMs }),
    ...(idleMs !== undefined && { idleMs }),
    matches: sandbox => filter(sandbox) && names.every(test => test(sandbox.name?.toLowerCase() ?? '')),
  };
  return { kind: 'rule', rule };
}

type NameTest = (name: string) => boolean;

/** A test for whole names, in which an asterisk stands for any text. Takes linear time. */
function nameTest(pattern: string): NameTest {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  return name => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
      return false;
    let from = first.length;
    const end = name.length - last.length;
    for (const part of parts.slice(1, -1)) {
      const at = name.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

/**
 * The sandboxes that a rule names, of those that can be ended and are under no action.
 *
 * @param trafficOf what is known of the traffic to a sandbox
 */
export function matchRule(
  rows: Iterable<Row>,
  { olderMs, idleMs, matches }: CleanUpRule,
  nowMs: number,
  trafficOf: (row: Row) => LastTraffic,
): readonly Row[] {
  return [...rows].filter(row => {
    const { sandbox, action } = row;
    if (action !== undefined || !isCapableOf(sandbox, ['canTerminate']) || !matches(sandbox)) return false;
    if (
      olderMs !== undefined &&
      !(sandbox.createdAtMs !== undefined && nowMs - sandbox.createdAtMs >= olderMs)
    )
      return false;
    return idleMs === undefined || nowMs - trafficOf(row).atMs >= idleMs;
  });
}
