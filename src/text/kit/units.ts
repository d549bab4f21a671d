import { l10n } from 'vscode';
import { lazy } from '../../core/kernel/async';
import { ageOf, type Elapsed, exactSpan } from '../../core/kernel/time/timeSpan';
import type { Resources } from '../../core/sandbox/sandbox';
import { listText } from './listText';
import { plainText } from './plainText';

// Each is made when it is first needed: together they cost more time than the rest of the start.
const decimalFormat = lazy(() => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }));

const timeFormat = lazy(() => new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }));

const dayAndTimeFormat = lazy(
  () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
);

const dateAndTimeFormat = lazy(
  () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
);

/** A span in short: `3 h`. */
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

/** A span in full, for screen readers: `3 hours`. */
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

/** The age of something in short: `3 h`. */
export function shortAge(sinceMs: number, nowMs: number): string {
  return shortSpan(ageOf(sinceMs, nowMs));
}

/** A timeout in the largest unit that gives a whole number. */
export function timeoutSpan(seconds: number): string {
  return shortSpan(exactSpan(seconds));
}

/** The idle timeout of a sandbox; 0 stands for the longest that the plan allows (API reference section 2.2). */
export function idleSpan(seconds: number): string {
  return seconds === 0 ? l10n.t('the longest the plan allows') : timeoutSpan(seconds);
}

/** The lifetime of a sandbox where its timeout is one; 0 is no limit. */
export function lifetimeSpan(seconds: number): string {
  return seconds === 0 ? l10n.t('no limit') : timeoutSpan(seconds);
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

/** A limit in bytes, as exact as it is: `2 MiB`. */
export function limitSize(bytes: number): string {
  if (bytes % (1024 * 1024) === 0) return l10n.t('{0} MiB', bytes / (1024 * 1024));
  return bytes % 1024 === 0 ? l10n.t('{0} KiB', bytes / 1024) : l10n.t('{0} bytes', bytes);
}

/** CPU, memory and GPUs, as far as they are known: `2 CPU`, `4 GB`. */
export function sizeParts({ cpus, memoryMb, gpus }: Resources): readonly string[] {
  return [
    cpus === undefined ? undefined : l10n.t('{0} CPU', decimal(cpus)),
    memoryMb === undefined ? undefined : mebibytes(memoryMb),
    ...(gpus.length === 0
      ? []
      : [
          listText(
            gpus.map(({ count, model }) => `${decimal(count)} × ${plainText(model, 40)}`),
            3,
          ),
        ]),
  ].filter(part => part !== undefined);
}

/** A time of day: `14:02`. */
export function timeOfDay(ms: number): string {
  return timeFormat().format(ms);
}

/** From this distance on, a time of day could be taken for one of another day. */
const unclearMs = 20 * 60 * 60_000;

/** A time in the near past or future: `14:02`, with the date where that would not be clear. */
export function nearTime(ms: number, nowMs: number): string {
  return Math.abs(ms - nowMs) < unclearMs ? timeOfDay(ms) : dayAndTimeFormat().format(ms);
}

/** A date with its time, to the second. */
export function dateAndTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return dateAndTimeFormat().format(date);
}

function decimal(value: number): string {
  // From there on no number means anything, and 1e308 would be a line of 411 characters.
  return Math.abs(value) < 1e15 ? decimalFormat().format(value) : value.toExponential(1);
}
