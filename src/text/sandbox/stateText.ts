import { l10n } from 'vscode';
import type { ActionKind } from '../../core/list/rows';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { SandboxState } from '../../core/sandbox/state';
import { plainText } from '../kit/plainText';

/** The image a sandbox runs when none is named (API reference section 2.3). */
export const defaultImage = 'tensorlake/ubuntu-minimal';

/** A state as a heading. An unknown state is shown as the service sent it. */
export function stateTitle(state: SandboxState, rawState: string): string {
  switch (state) {
    case 'running':
      return l10n.t('Running');
    case 'pending':
      return l10n.t('Pending');
    case 'snapshotting':
      return l10n.t('Snapshotting');
    case 'suspending':
      return l10n.t('Suspending');
    case 'suspended':
      return l10n.t('Suspended');
    case 'terminated':
      return l10n.t('Terminated');
    case 'unknown':
      return plainText(rawState) || l10n.t('Unknown');
  }
}

/** A state within a sentence. */
export function stateWord(state: SandboxState, rawState: string): string {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'pending':
      return l10n.t('pending');
    case 'snapshotting':
      return l10n.t('snapshotting');
    case 'suspending':
      return l10n.t('suspending');
    case 'suspended':
      return l10n.t('suspended');
    case 'terminated':
      return l10n.t('terminated');
    case 'unknown':
      return plainText(rawState) || l10n.t('unknown');
  }
}

/** What is happening to a sandbox at the request of this window. */
export function actionWord(action: ActionKind): string {
  switch (action) {
    case 'suspend':
      return l10n.t('suspending…');
    case 'resume':
      return l10n.t('resuming…');
    case 'terminate':
      return l10n.t('terminating…');
    case 'snapshot':
    case 'snapshotAndEnd':
      return l10n.t('taking a snapshot…');
    case 'rename':
      return l10n.t('renaming…');
    case 'update':
      return l10n.t('changing…');
    case 'resize':
      return l10n.t('resizing…');
    case 'copy':
      return l10n.t('copying…');
  }
}

/** Why a sandbox is not running yet (API reference section 2.3, `pending_reason`). */
export function pendingReason(reason: string | undefined): string {
  switch (reason) {
    case undefined:
    case 'scheduling':
      return l10n.t('being scheduled');
    case 'waiting_for_container':
      return l10n.t('booting');
    case 'no_executors_available':
    case 'no_resources_available':
      return l10n.t('waiting for capacity');
    case 'pool_at_capacity':
      return l10n.t('waiting for its pool');
    default:
      return plainText(reason);
  }
}

/**
 * What ended a sandbox, within a line, in the words of the service as people write them: `Success(UserTerminated)` is "user
 * terminated". Undefined where it is not told.
 */
export function endWords({ terminationReason, outcome, isEndedBySnapshot }: Sandbox): string | undefined {
  if (isEndedBySnapshot) return l10n.t('a snapshot was taken');
  const received = terminationReason ?? outcome;
  if (received === undefined) return undefined;
  const words =
    received
      .slice(0, 400)
      .match(/[A-Za-z_]{2,}/g)
      ?.findLast((word, _, { length }) => length === 1 || word !== 'Unknown') ?? received;
  if (words.toLowerCase() === 'oom') return l10n.t('out of memory');
  return plainText(words.replace(/([a-z])(?=[A-Z])/g, '$1 ').replaceAll('_', ' '), 60).toLowerCase();
}
