import { l10n } from 'vscode';
import { longRunningFrom } from '../../core/billing/runningTime';
import { ageHoldsUntil, ageOf } from '../../core/kernel/time/timeSpan';
import { type Attention, attentionHoldsUntil } from '../../core/list/attention';
import type { defaultTokens, pinTokens } from '../../core/list/order';
import type { Row } from '../../core/list/rows';
import { type PublicEnd, publicAccessState } from '../../core/publicAccess/publicAccess';
import { capabilitiesOf } from '../../core/sandbox/capabilities';
import { displayName, hasLifetime, isEphemeral, type Sandbox } from '../../core/sandbox/sandbox';
import type { SandboxState } from '../../core/sandbox/state';
import { plainText, separator } from '../kit/plainText';
import { amber, type RowView } from '../kit/rowView';
import { shortAge, sizeParts, spokenSpan, timeoutSpan } from '../kit/units';
import { portsMark } from './portsMark';
import { attentionMark } from './attentionText';
import { actionWord, defaultImage, endWords, pendingReason, stateWord } from './stateText';

/** What a row depends on besides the sandbox itself. */
export interface RowMarks {
  /** Absent where rows cannot be pinned. */
  readonly isPinned?: boolean;
  /** Whether commands take it when none is named; absent where there is no such thing. */
  readonly isDefault?: boolean;
  readonly longRunningHours?: number;
  /** When public access closes by itself; absent where nothing closes it. */
  readonly publicEnd?: PublicEnd | undefined;
  /** What about it needs a person. */
  readonly attention?: Attention | undefined;
}

interface StateLook {
  readonly icon: string;
  readonly color: string | undefined;
}

const looks: Readonly<Record<SandboxState, StateLook>> = {
  running: { icon: 'vm-running', color: 'charts.green' },
  pending: { icon: 'loading~spin', color: 'charts.blue' },
  snapshotting: { icon: 'device-camera', color: 'charts.purple' },
  suspending: { icon: 'sync~spin', color: 'charts.blue' },
  suspended: { icon: 'debug-pause', color: 'charts.blue' },
  terminated: { icon: 'circle-slash', color: 'disabledForeground' },
  unknown: { icon: 'question', color: 'icon.foreground' },
};

/** Reasons for `pending` that may last long: their icon does not spin. */
const waiting: ReadonlySet<string | undefined> = new Set([
  'no_executors_available',
  'no_resources_available',
  'pool_at_capacity',
]);

/** How many characters of an id a row shows. */
const shortIdLength = 8;

/** The icon and colour of a state. */
export function stateLook(state: SandboxState): StateLook {
  return looks[state];
}

/** What the row of a sandbox shows. */
export function viewOfRow(row: Row, nowMs: number, marks: RowMarks = {}): RowView {
  const { sandbox, action } = row;
  const longFromMs = longRunningFrom(row, marks.longRunningHours ?? 0) ?? Infinity;
  const isLong = longFromMs <= nowMs;
  const ports = portParts(sandbox, marks, nowMs);
  const attention = attentionMark(marks.attention);
  const mark = attention === undefined ? [] : [attention];
  const details =
    action === undefined
      ? [...mark, ...markedParts(sandbox, ports, { isLong, nowMs })]
      : [actionWord(action)];
  const own = [
    ...(marks.isDefault === true ? [l10n.t('default')] : []),
    ...(marks.isPinned === true ? [l10n.t('pinned')] : []),
  ];
  return {
    label: rowLabel(sandbox),
    description: [...own, ...details].join(separator),
    ...lookOf(row, marks.attention !== undefined),
    contextValue: [
      'sandbox',
      ...capabilitiesOf(row),
      ...pinTokensOf(row, marks),
      ...defaultTokensOf(row, marks),
      ...(marks.attention === 'ended' ? ['canDismiss'] : []),
    ].join(' '),
    accessibilityLabel: [...spokenParts(row, ports, nowMs, isLong), ...mark, ...own].join(', '),
  };
}

/** Until when a row looks the same and is read out the same if nothing happens, in milliseconds since the Unix epoch. */
export function rowHoldsUntil(row: Row, nowMs: number, marks: RowMarks = {}): number {
  const { longRunningHours = 0, publicEnd } = marks;
  const longFromMs = longRunningFrom(row, longRunningHours) ?? -Infinity;
  const access = publicEnd && publicAccessState(row.sandbox, publicEnd, nowMs);
  return Math.min(
    longFromMs > nowMs ? longFromMs : Infinity,
    access?.kind === 'ahead' ? access.closesAtMs : Infinity,
    attentionHoldsUntil(row, nowMs),
    ...agesOf(row.sandbox).map(ms => ageHoldsUntil(ms, nowMs)),
  );
}

/** Amber is for what needs a person. */
function lookOf({ sandbox, action }: Row, needsPerson: boolean): StateLook {
  const look = looks[sandbox.state];
  if (action !== undefined) return { ...look, icon: 'sync~spin' };
  const icon = sandbox.state === 'pending' && waiting.has(sandbox.pendingReason) ? 'vm-outline' : look.icon;
  return { icon, color: needsPerson ? amber : look.color };
}

function pinTokensOf({ sandbox }: Row, { isPinned }: RowMarks): readonly (typeof pinTokens)[number][] {
  if (isPinned === undefined || sandbox.state === 'terminated') return [];
  return [isPinned ? 'isPinned' : 'canPin'];
}

function defaultTokensOf(
  { sandbox }: Row,
  { isDefault }: RowMarks,
): readonly (typeof defaultTokens)[number][] {
  if (isDefault === undefined || sandbox.state === 'terminated') return [];
  return [isDefault ? 'isDefault' : 'canBeDefault'];
}

function rowLabel(sandbox: Sandbox): string {
  return isEphemeral(sandbox) ? shortId(sandbox.id) : plainText(displayName(sandbox));
}

/** The beginning of an id, for a sandbox without a name. */
export function shortId(id: string): string {
  const text = plainText(id);
  return text.length > shortIdLength + 1 ? `${text.slice(0, shortIdLength)}…` : text;
}

/** Warnings come first, because a narrow view cuts off the end. */
function markedParts(
  sandbox: Sandbox,
  ports: readonly string[],
  { isLong, nowMs }: { readonly isLong: boolean; readonly nowMs: number },
): readonly string[] {
  return sandbox.allowUnauthenticatedAccess
    ? [...ports, ...longPart(isLong), ...detailParts(sandbox, [], nowMs)]
    : [...longPart(isLong), ...detailParts(sandbox, ports, nowMs)];
}

/** What distinguishes a sandbox from others of its group; the group shows the state. */
function detailParts(sandbox: Sandbox, ports: readonly string[], nowMs: number): readonly string[] {
  const parts = (() => {
    switch (sandbox.state) {
      case 'pending':
        return [pendingReason(sandbox.pendingReason), ...imagePart(sandbox)];
      case 'terminated':
        return [endWords(sandbox), ...imagePart(sandbox)].filter(part => part !== undefined);
      default:
        return [...ephemeralParts(sandbox), ...imagePart(sandbox), ...sizeParts(sandbox.resources)];
    }
  })();
  const since = shownSince(sandbox);
  return [
    ...parts,
    ...(since === undefined ? [] : [shortAge(since, nowMs)]),
    ...ports,
    ...timeoutParts(sandbox),
  ];
}

/** What the age on a row counts from. */
function shownSince({ state, terminatedAtMs, createdAtMs }: Sandbox): number | undefined {
  return state === 'terminated' ? (terminatedAtMs ?? createdAtMs) : createdAtMs;
}

/** What the ages count from that a row shows or that are read out. */
function agesOf(sandbox: Sandbox): readonly number[] {
  return [shownSince(sandbox), sandbox.createdAtMs].filter(ms => ms !== undefined);
}

function longPart(isLong: boolean): readonly string[] {
  return isLong ? [l10n.t('long running')] : [];
}

function ephemeralParts(sandbox: Sandbox): readonly string[] {
  if (!isEphemeral(sandbox) || sandbox.state !== 'running') return [];
  const { timeoutSecs } = sandbox;
  if (hasLifetime(sandbox))
    return timeoutSecs === undefined || timeoutSecs === 0
      ? []
      : [l10n.t('lifetime {0}', timeoutSpan(timeoutSecs))];
  if (timeoutSecs === undefined || timeoutSecs === 0) return [l10n.t('ephemeral')];
  return [l10n.t('ephemeral'), l10n.t('ends after {0} idle', timeoutSpan(timeoutSecs))];
}

/** The idle timeout of a named sandbox; for an ephemeral one it comes first in the row. */
function timeoutParts(sandbox: Sandbox): readonly string[] {
  const { timeoutSecs, state } = sandbox;
  if (isEphemeral(sandbox) || state !== 'running' || timeoutSecs === undefined) return [];
  return [
    timeoutSecs === 0
      ? l10n.t("suspends at the plan's limit")
      : l10n.t('suspends after {0} idle', timeoutSpan(timeoutSecs)),
  ];
}

function imagePart({ image }: Sandbox): readonly string[] {
  if (image === undefined || image === defaultImage) return [];
  return [plainText(image.replace(/^tensorlake\//, ''), 40)];
}

function portParts(sandbox: Sandbox, { publicEnd }: RowMarks, nowMs: number): readonly string[] {
  const { exposedPorts, state } = sandbox;
  if (exposedPorts.length === 0 || state === 'terminated') return [];
  return [portsMark(sandbox, publicEnd, nowMs)];
}

function spokenParts(
  { sandbox, action }: Row,
  ports: readonly string[],
  nowMs: number,
  isLong: boolean,
): readonly string[] {
  const state = action === undefined ? stateWord(sandbox.state, sandbox.rawState) : actionWord(action);
  const age = sandbox.createdAtMs === undefined ? undefined : spokenSpan(ageOf(sandbox.createdAtMs, nowMs));
  return [
    plainText(displayName(sandbox)),
    state,
    ...longPart(isLong),
    ...(sandbox.state === 'pending' ? [pendingReason(sandbox.pendingReason)] : []),
    ...(hasLifetime(sandbox) ? ephemeralParts(sandbox) : isEphemeral(sandbox) ? [l10n.t('ephemeral')] : []),
    ...imagePart(sandbox),
    ...sizeParts(sandbox.resources),
    ...(age === undefined ? [] : [l10n.t('created {0} ago', age)]),
    ...ports,
    ...timeoutParts(sandbox),
  ];
}

/** The name of a sandbox in a message or a pick list. */
export function rowName({ sandbox }: Pick<Row, 'sandbox'>): string {
  return plainText(displayName(sandbox), 80);
}

/** The description of a sandbox in a pick list, where no group shows its state. */
export function describeRow(row: Row, nowMs: number): string {
  const { description } = viewOfRow(row, nowMs);
  return [stateWord(row.sandbox.state, row.sandbox.rawState), description]
    .filter(part => part !== '')
    .join(separator);
}
