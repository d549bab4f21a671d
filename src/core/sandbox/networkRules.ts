import { isNetworkEntry } from './rules';
import type { NetworkPolicy } from './sandbox';

/** What a policy comes to (API reference section 5, "Network rules"; an entry of both lists is denied). */
export type NetworkEffect =
  /** No policy, or one that restricts nothing. */
  | 'open'
  /** Nothing gets out, names are not even resolved. */
  | 'closed'
  /** Only the destinations of `allowOut`, less those of `denyOut`. */
  | 'only'
  /** Everything but the destinations of `denyOut`. */
  | 'except';

/** One line of a policy, so that two of them can be compared line by line. */
export type NetworkRule =
  | { readonly kind: 'unrestricted' }
  | { readonly kind: 'internet'; readonly isAllowed: boolean }
  | { readonly kind: 'allow' | 'deny'; readonly entry: string };

/** A line that a change takes away or brings. */
export interface NetworkDifference {
  readonly sign: 'added' | 'removed';
  readonly rule: NetworkRule;
}

/** What a policy comes to. */
export function networkEffect(policy: NetworkPolicy | undefined): NetworkEffect {
  if (!policy) return 'open';
  if (policy.allowOut.length > 0) return 'only';
  if (!policy.allowInternetAccess) return 'closed';
  return policy.denyOut.length > 0 ? 'except' : 'open';
}

/** What changes between two policies, removals first. Order and repetition of entries mean nothing. */
export function networkDifferences(
  before: NetworkPolicy | undefined,
  after: NetworkPolicy | undefined,
): readonly NetworkDifference[] {
  const old = rulesOf(before);
  const fresh = rulesOf(after);
  return [
    ...missingFrom(fresh, old).map(rule => ({ sign: 'removed' as const, rule })),
    ...missingFrom(old, fresh).map(rule => ({ sign: 'added' as const, rule })),
  ];
}

/** The entries of a text that separates them by blanks, commas, semicolons or lines; each once. */
export function splitEntries(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(entry => entry !== ''))];
}

/** The first entry that is no IPv4 address, CIDR block or host name. */
export function badNetworkEntry(entries: readonly string[]): string | undefined {
  return entries.find(entry => !isNetworkEntry(entry));
}

function rulesOf(policy: NetworkPolicy | undefined): readonly NetworkRule[] {
  if (!policy) return [{ kind: 'unrestricted' }];
  return [
    { kind: 'internet', isAllowed: policy.allowInternetAccess },
    ...policy.allowOut.map(entry => ({ kind: 'allow' as const, entry })),
    ...policy.denyOut.map(entry => ({ kind: 'deny' as const, entry })),
  ];
}

function missingFrom(present: readonly NetworkRule[], rules: readonly NetworkRule[]): readonly NetworkRule[] {
  const known = new Set(present.map(keyOf));
  const missing = new Map(rules.map(rule => [keyOf(rule), rule]));
  return [...missing].filter(([key]) => !known.has(key)).map(([, rule]) => rule);
}

/** Host names are the same in either case. */
function keyOf(rule: NetworkRule): string {
  switch (rule.kind) {
    case 'unrestricted':
      return rule.kind;
    case 'internet':
      return `${rule.kind} ${rule.isAllowed}`;
    case 'allow':
    case 'deny':
      return `${rule.kind} ${rule.entry.toLowerCase()}`;
  }
}
