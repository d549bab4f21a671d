import { l10n } from 'vscode';
import { capabilities } from '../core/capabilities';
import { ageOf } from '../core/elapsed';
import { displayName, isEphemeral, type Sandbox } from '../core/sandbox';
import type { SandboxState } from '../core/state';
import type { Row } from '../core/store';
import {
  actionWord,
  defaultImage,
  pendingReason,
  plainText,
  separator,
  shortAge,
  sizeParts,
  spokenSpan,
  stateWord,
  timeoutSpan,
} from './words';

/** A row as it is drawn, in words and ids; nothing of the editor in it. */
export interface RowView {
  readonly label: string;
  readonly description: string;
  /** Codicon and theme colour. */
  readonly icon: string;
  readonly color: string | undefined;
  readonly contextValue: string;
  readonly accessibilityLabel: string;
}

interface StateLook {
  readonly icon: string;
  readonly color: string | undefined;
}

const looks: Readonly<Record<SandboxState, StateLook>> = {
  running: { icon: 'vm-running', color: 'charts.green' },
  pending: { icon: 'loading~spin', color: 'charts.yellow' },
  snapshotting: { icon: 'device-camera', color: 'charts.purple' },
  suspending: { icon: 'sync~spin', color: 'charts.blue' },
  suspended: { icon: 'debug-pause', color: 'charts.blue' },
  terminated: { icon: 'circle-slash', color: 'disabledForeground' },
  unknown: { icon: 'question', color: 'list.warningForeground' },
};

/** Reasons that may last: nothing spins for them. */
const waiting: ReadonlySet<string | undefined> = new Set([
  'no_executors_available',
  'no_resources_available',
  'pool_at_capacity',
]);

/** Letters of an id that a row shows. */
const shortIdLength = 8;

/** The icon and colour of a state. */
export function stateLook(state: SandboxState): StateLook {
  return looks[state];
}

/** Draws a row. */
export function viewOfRow({ sandbox, action }: Row, nowMs: number): RowView {
  const look =
    action !== undefined
      ? { ...looks[sandbox.state], icon: 'sync~spin' }
      : sandbox.state === 'pending' && waiting.has(sandbox.pendingReason)
        ? { ...looks.pending, icon: 'vm-outline' }
        : looks[sandbox.state];
  const details = action === undefined ? detailParts(sandbox, nowMs) : [actionWord(action)];
  return {
    label: rowLabel(sandbox),
    description: details.join(separator),
    ...look,
    contextValue: ['sandbox', ...capabilities(sandbox, action !== undefined)].join(' '),
    accessibilityLabel: spoken(sandbox, action === undefined ? undefined : actionWord(action), nowMs),
  };
}

/** All that is visible or audible of a row, in one comparable text. */
export function faceOf(view: RowView): string {
  return [view.label, view.description, view.icon, view.contextValue, view.accessibilityLabel].join('\n');
}

function rowLabel(sandbox: Sandbox): string {
  if (!isEphemeral(sandbox)) return plainText(displayName(sandbox));
  const id = plainText(sandbox.id);
  return id.length > shortIdLength + 1 ? `${id.slice(0, shortIdLength)}…` : id;
}

/** What tells this sandbox from the next; never what its group already says. */
function detailParts(sandbox: Sandbox, nowMs: number): readonly string[] {
  const parts = (() => {
    switch (sandbox.state) {
      case 'pending':
        return [pendingReason(sandbox.pendingReason), ...imagePart(sandbox)];
      case 'terminated':
        return [endReason(sandbox), ...imagePart(sandbox)].filter(part => part !== undefined);
      default:
        return [...ephemeralParts(sandbox), ...imagePart(sandbox), ...sizeParts(sandbox.resources)];
    }
  })();
  const since =
    sandbox.state === 'terminated' ? (sandbox.terminatedAtMs ?? sandbox.createdAtMs) : sandbox.createdAtMs;
  return [...parts, ...(since === undefined ? [] : [shortAge(since, nowMs)]), ...portParts(sandbox)];
}

function ephemeralParts(sandbox: Sandbox): readonly string[] {
  if (!isEphemeral(sandbox) || sandbox.state !== 'running') return [];
  const { timeoutSecs } = sandbox;
  if (timeoutSecs === undefined || timeoutSecs === 0) return [l10n.t('ephemeral')];
  return [l10n.t('ephemeral'), l10n.t('ends after {0} idle', timeoutSpan(timeoutSecs))];
}

function imagePart({ image }: Sandbox): readonly string[] {
  if (image === undefined || image === defaultImage) return [];
  return [plainText(image.replace(/^tensorlake\//, ''), 40)];
}

function portParts({ exposedPorts, allowUnauthenticatedAccess, state }: Sandbox): readonly string[] {
  if (exposedPorts.length === 0 || state === 'terminated') return [];
  const ports = exposedPorts.join(', ');
  if (allowUnauthenticatedAccess)
    return [exposedPorts.length === 1 ? l10n.t('port {0} public', ports) : l10n.t('ports {0} public', ports)];
  return [exposedPorts.length === 1 ? l10n.t('port {0}', ports) : l10n.t('ports {0}', ports)];
}

function endReason(sandbox: Sandbox): string | undefined {
  const reason = sandbox.terminationReason ?? sandbox.outcome;
  return reason === undefined ? undefined : plainText(reason, 60);
}

function spoken(sandbox: Sandbox, action: string | undefined, nowMs: number): string {
  const state = action ?? stateWord(sandbox.state, sandbox.rawState);
  const age = sandbox.createdAtMs === undefined ? undefined : spokenSpan(ageOf(sandbox.createdAtMs, nowMs));
  return [
    plainText(displayName(sandbox)),
    state,
    ...(sandbox.state === 'pending' ? [pendingReason(sandbox.pendingReason)] : []),
    ...(isEphemeral(sandbox) ? [l10n.t('ephemeral')] : []),
    ...imagePart(sandbox),
    ...sizeParts(sandbox.resources),
    ...(age === undefined ? [] : [l10n.t('created {0} ago', age)]),
    ...portParts(sandbox),
  ].join(', ');
}

/** What a message or a pick list calls a sandbox. */
export function rowName({ sandbox }: Pick<Row, 'sandbox'>): string {
  return plainText(displayName(sandbox), 80);
}

/** One line about a sandbox for a pick list, where no group tells its state. */
export function describeRow(row: Row, nowMs: number): string {
  const { description } = viewOfRow(row, nowMs);
  return [stateWord(row.sandbox.state, row.sandbox.rawState), description]
    .filter(part => part !== '')
    .join(separator);
}
