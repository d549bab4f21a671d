import { l10n } from 'vscode';
import { ageOf, exactSpan, type Elapsed } from '../../core/kernel/elapsed';
import type { Resources } from '../../core/sandbox/sandbox';
import type { SandboxState } from '../../core/sandbox/state';
import type { ActionKind } from '../../core/list/store';
import { madeOnce } from '../../core/kernel/madeOnce';

/** What stands between the parts of a description. */
export const separator = ' · ';

/** The image a sandbox runs when none is named (API reference section 2.3). */
export const defaultImage = 'tensorlake/ubuntu-minimal';

// Making one costs more than writing a whole row, and all of them more than the rest of the start.
const decimalFormat = madeOnce(() => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }));
const timeFormat = madeOnce(() => new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }));
const dayAndTimeFormat = madeOnce(
  () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
);
const dateAndTimeFormat = madeOnce(
  () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
);

/** A state as a heading. An unknown state is its own raw word. */
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

/** What is happening to a sandbox because somebody in this window asked for it. */
export function actionWord(action: ActionKind): string {
  switch (action) {
    case 'suspend':
      return l10n.t('suspending…');
    case 'resume':
      return l10n.t('resuming…');
    case 'terminate':
      return l10n.t('terminating…');
    case 'snapshot':
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

/** A span as a row can bear it: `3 h`. */
export function shortSpan({ value, unit }: Elapsed): string {
  switch (unit) {
    case 'second':
      return l10n.t('{0} s', value);
    case 'minute':
      return value === 0 ? l10n.t('< 1 min') : l10n.t('{0} min', value);
    case 'hour':
      return l10n.t('{0} h', value);
    case 'day':
      return value === 1 ? l10n.t('1 day') : l10n.t('{0} days', value);
  }
}

/** A span as it is spoken: `3 hours`. */
export function spokenSpan({ value, unit }: Elapsed): string {
  switch (unit) {
    case 'second':
      return value === 1 ? l10n.t('1 second') : l10n.t('{0} seconds', value);
    case 'minute':
      if (value === 0) return l10n.t('less than a minute');
      return value === 1 ? l10n.t('1 minute') : l10n.t('{0} minutes', value);
    case 'hour':
      return value === 1 ? l10n.t('1 hour') : l10n.t('{0} hours', value);
    case 'day':
      return value === 1 ? l10n.t('1 day') : l10n.t('{0} days', value);
  }
}

/** The age of something on a row. */
export function shortAge(sinceMs: number, nowMs: number): string {
  return shortSpan(ageOf(sinceMs, nowMs));
}

/** A timeout in the largest unit that says it exactly. */
export function timeoutSpan(seconds: number): string {
  return shortSpan(exactSpan(seconds));
}

/** A span that was measured: `40 ms`, `1.4 s`, `12 s`, `3 min 5 s`. */
export function preciseSpan(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return l10n.t('{0} ms', Math.round(seconds * 1000));
  if (seconds < 60) return l10n.t('{0} s', seconds < 10 ? decimal(seconds) : Math.floor(seconds));
  const minutes = Math.floor(seconds / 60);
  const rest = l10n.t('{0} min {1} s', minutes % 60, Math.floor(seconds % 60));
  return minutes < 60 ? rest : l10n.t('{0} h {1}', Math.floor(minutes / 60), rest);
}

/** Memory or disk: `512 MB`, `4 GB`. */
export function mebibytes(value: number): string {
  if (value < 1024) return l10n.t('{0} MB', decimal(value));
  return l10n.t('{0} GB', decimal(value / 1024));
}

/** A size in bytes: `640 KB`, `1.2 GB`. */
export function byteSize(bytes: number): string {
  return bytes < 1024 * 1024 ? l10n.t('{0} KB', decimal(bytes / 1024)) : mebibytes(bytes / (1024 * 1024));
}

/** CPU and memory: `2 CPU · 4 GB`, what is known of them. */
export function sizeParts({ cpus, memoryMb, gpus }: Resources): readonly string[] {
  return [
    cpus === undefined ? undefined : l10n.t('{0} CPU', decimal(cpus)),
    memoryMb === undefined ? undefined : mebibytes(memoryMb),
    ...gpus.map(({ count, model }) => `${decimal(count)} × ${plainText(model)}`),
  ].filter(part => part !== undefined);
}

/** A time of day: `14:02`. */
export function timeOfDay(ms: number): string {
  return timeFormat().format(ms);
}

/** From when on a time of day alone could be taken for that of another day. */
const unclearMs = 20 * 60 * 60_000;

/** The time of something not long ago or to come: `14:02`, with its day where that is not clear. */
export function nearTime(ms: number, nowMs: number): string {
  return Math.abs(ms - nowMs) < unclearMs ? timeOfDay(ms) : dayAndTimeFormat().format(ms);
}

/** A date with its time, to the second. */
export function dateAndTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return dateAndTimeFormat().format(date);
}

/** Text from outside, fit for one line: control and direction characters become blanks, length is bounded. */
export function plainText(text: string, longest = 200): string {
  const line = text
    .slice(0, longest * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

function decimal(value: number): string {
  return decimalFormat().format(value);
}
