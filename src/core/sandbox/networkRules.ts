import { isNetworkEntry } from './rules';
import type { NetworkPolicy } from './sandbox';

/** The effect of a policy (API reference section 5, "Network rules"; an entry of both lists is denied). */
export type NetworkEffect =
  /** No policy, or one that restricts nothing. */
  | 'open'
  /** No outgoing traffic at all, not even to resolve names. */
  | 'closed'
  /** Only to the destinations of `allowOut`, except those of `denyOut`. */
  | 'only'
  /** To everything except the destinations of `denyOut`. */
  | 'except';

/** One rule of a policy, so that policies can be compared rule by rule. */
export type NetworkRule =
  | { readonly kind: 'unrestricted' }
  | { readonly kind: 'internet'; readonly isAllowed: boolean }
  | { readonly kind: 'allow' | 'deny'; readonly entry: string };

/** A rule that a change removes or adds. */
export interface NetworkDifference {
  readonly sign: 'added' | 'removed';
  readonly rule: NetworkRule;
}

/** The effect of a policy. */
export function networkEffect(policy: NetworkPolicy | undefined): NetworkEffect {
  if (!policy) return 'open';
  if (policy.allowOut.length > 0) return 'only';
  if (!policy.allowInternetAccess) return 'closed';
  return policy.denyOut.length > 0 ? 'except' : 'open';
}

/** The differences between two policies, removals first. Order and duplicates of entries are ignored. */
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

/** Reads entries separated by blanks, commas, semicolons or lines, without duplicates. */
export function splitEntries(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(entry => entry !== ''))];
}

/** The first entry that is not an IPv4 address, a CIDR block or a host name. */
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
