import type { Sandbox } from './sandbox';

/** The pending reasons of API reference section 2.3. @internal */
export const pendingReasons = [
  'scheduling',
  'waiting_for_container',
  'no_executors_available',
  'no_resources_available',
  'pool_at_capacity',
] as const;

export type PendingKind = (typeof pendingReasons)[number] | 'other';

/** What ended a sandbox, as far as its reported words tell. */
export type EndKind =
  | 'user'
  | 'idle'
  | 'snapshot'
  | 'cancelled'
  | 'noCapacity'
  | 'unplaceable'
  | 'imageMissing'
  | 'configuration'
  | 'startFailed'
  | 'outOfMemory'
  | 'crashed'
  | 'containerEnded'
  | 'unhealthy'
  | 'machineLost'
  | 'poolDeleted'
  | 'quota'
  | 'serviceError'
  | 'unknown';

/** Words of `termination_reason` and `outcome` (API reference section 2.3), in lower case and without underscores. */
const endWords: ReadonlyMap<string, EndKind> = new Map<string, EndKind>([
  ['userterminated', 'user'],
  ['timeout', 'idle'],
  ['cancelled', 'cancelled'],
  ['functioncancelled', 'cancelled'],
  ['nocapacity', 'noCapacity'],
  ['constraintunsatisfiable', 'unplaceable'],
  ['imagenotfound', 'imageMissing'],
  ['startupfailedbadimage', 'imageMissing'],
  ['configurationerror', 'configuration'],
  ['containerstartupfailed', 'startFailed'],
  ['startupfailedinternalerror', 'startFailed'],
  ['startupfailedfunctionerror', 'startFailed'],
  ['startupfailedfunctiontimeout', 'startFailed'],
  ['outofmemory', 'outOfMemory'],
  ['oom', 'outOfMemory'],
  ['processcrash', 'crashed'],
  ['functionerror', 'crashed'],
  ['functiontimeout', 'crashed'],
  ['containerterminated', 'containerEnded'],
  ['unhealthy', 'unhealthy'],
  ['executorremoved', 'machineLost'],
  ['desiredstateremoved', 'machineLost'],
  ['pooldeleted', 'poolDeleted'],
  ['quotaexceeded', 'quota'],
  ['internalerror', 'serviceError'],
]);

/** Why a sandbox is pending; `other` for a word that this version does not know. */
export function pendingKind(reason: string | undefined): PendingKind {
  if (reason === undefined) return 'scheduling';
  return pendingReasons.find(each => each === reason.toLowerCase()) ?? 'other';
}

/**
 * What ended a terminated sandbox. The words are platform-specific and may change, so they only choose an explanation,
 * and what was received is shown beside it.
 */
export function endKind({
  terminationReason,
  outcome,
  isEndedBySnapshot,
}: Pick<Sandbox, 'terminationReason' | 'outcome' | 'isEndedBySnapshot'>): EndKind {
  if (isEndedBySnapshot) return 'snapshot';
  for (const text of [terminationReason, outcome]) {
    const words = (text ?? '').split(/[^A-Za-z_]+/).reverse();
    for (const word of words) {
      const kind = endWords.get(word.toLowerCase().replaceAll('_', ''));
      if (kind) return kind;
    }
  }
  return 'unknown';
}
