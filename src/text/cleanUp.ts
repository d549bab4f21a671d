import { l10n } from 'vscode';
import { type Billing, estimateOfAll } from '../core/billing/rates';
import { type CleanUpAction, heldResources } from '../core/cleanUp/plan';
import type { LastTraffic } from '../core/cleanUp/rule';
import type { Row } from '../core/list/rows';
import type { Sandbox } from '../core/sandbox/sandbox';
import { hourly } from './billing';
import { separator } from './kit/plainText';
import { shortAge, sizeParts } from './kit/units';
import { stateWord } from './sandbox/stateText';

/** A rule that is offered, in words. */
export interface OfferedRule {
  /** As it could be typed. */
  readonly text: string;
  readonly label: string;
}

/** The rules that are offered, those that lose least first. */
export function offeredRules(): readonly OfferedRule[] {
  return [
    { text: 'idle:1d', label: l10n.t('Not used from this computer for a day (estimate)') },
    { text: 'idle:7d', label: l10n.t('Not used from this computer for a week (estimate)') },
    { text: 'state:running older:1d', label: l10n.t('Running, created more than a day ago') },
    { text: 'state:suspended older:7d', label: l10n.t('Suspended, created more than a week ago') },
    { text: 'older:30d', label: l10n.t('Created more than 30 days ago') },
    { text: '', label: l10n.t('All, to choose from') },
  ];
}

/** `3 sandboxes`. */
export function sandboxCount(count: number): string {
  if (count === 0) return l10n.t('none');
  return count === 1 ? l10n.t('1 sandbox') : l10n.t('{0} sandboxes', count);
}

/** What the machines of sandboxes free, and what that saves where rates are entered: `2 CPU · 4 GB · $0.10/h`. */
function freedText(sandboxes: readonly Sandbox[], { rates }: Billing): string {
  const parts = [...sizeParts(heldResources(sandboxes))];
  const cost = rates && estimateOfAll(sandboxes, rates);
  if (rates && cost && cost.perHour > 0) parts.push(hourly(cost, rates));
  return parts.join(separator);
}

/** State and age of a sandbox in the list of what is cleaned up: `running · 3 days`. */
export function candidateText({ sandbox }: Row, nowMs: number): string {
  const age = sandbox.createdAtMs === undefined ? [] : [shortAge(sandbox.createdAtMs, nowMs)];
  return [stateWord(sandbox.state, sandbox.rawState), ...age].join(separator);
}

/** What ending a sandbox frees, and when this computer used it: `Frees 2 CPU · 4 GB. Used here 3 days ago (estimate).` */
export function candidateDetail(
  { sandbox }: Row,
  billing: Billing,
  traffic: LastTraffic,
  isInUse: boolean,
  nowMs: number,
): string {
  const freed = freedText([sandbox], billing);
  const parts = [
    freed === '' ? l10n.t('Frees no machine.') : l10n.t('Frees {0}.', freed),
    usedText(traffic, isInUse, nowMs),
  ];
  return parts.join(' ');
}

/** From then on an unused sandbox is told from one of which nothing is known yet. */
const tellingMs = 60 * 60_000;

function usedText({ atMs, isSeen }: LastTraffic, isInUse: boolean, nowMs: number): string {
  if (isInUse) return l10n.t('In use in this window.');
  const age = shortAge(atMs, nowMs);
  if (isSeen) return l10n.t('Used here {0} ago (estimate).', age);
  return nowMs - atMs < tellingMs
    ? l10n.t('Not known to be used here.')
    : l10n.t('Not used here for {0} (estimate).', age);
}

/** An action in the list of what can be done, and what it keeps. */
export function actionText(action: CleanUpAction): { readonly label: string; readonly detail: string } {
  switch (action) {
    case 'suspend':
      return {
        label: l10n.t('Suspend'),
        detail: l10n.t('Disk, memory and processes are kept, and come back with Resume.'),
      };
    case 'snapshotAndTerminate':
      return {
        label: l10n.t('Snapshot, Then Terminate…'),
        detail: l10n.t('The state is kept in a snapshot, from which another sandbox can be made.'),
      };
    case 'terminate':
      return {
        label: l10n.t('Terminate…'),
        detail: l10n.t('The disk, memory and processes are lost for good.'),
      };
  }
}

/** To how many an action can be done, and what that frees: `3 of 5 · frees 6 CPU`. */
export function reachText(able: readonly Sandbox[], total: number, billing: Billing): string {
  const count = able.length === total ? sandboxCount(total) : l10n.t('{0} of {1}', able.length, total);
  const freed = freedText(able, billing);
  return freed === '' ? count : [count, l10n.t('frees {0}', freed)].join(separator);
}

/** Says what is about to happen, while it can be cancelled. */
export function aboutTo(action: CleanUpAction, names: string, count: number): string {
  switch (action) {
    case 'suspend':
      return count === 1
        ? l10n.t('About to suspend {0}', names)
        : l10n.t('About to suspend {0} sandboxes ({1})', count, names);
    case 'snapshotAndTerminate':
      return count === 1
        ? l10n.t('About to take a snapshot of {0} and terminate it', names)
        : l10n.t('About to take snapshots of {0} sandboxes and terminate them ({1})', count, names);
    case 'terminate':
      return count === 1
        ? l10n.t('About to terminate {0}', names)
        : l10n.t('About to terminate {0} sandboxes ({1})', count, names);
  }
}
