import { l10n } from 'vscode';
import { goneState, type ObservedTransition, type TransitionCause } from '../core/activity/activityLog';
import { parseState } from '../core/sandbox/state';
import type { Field } from './kit/markdown';
import { plainText } from './kit/plainText';
import { dateAndTime, timeOfDay } from './kit/units';
import { pendingReason, stateWord } from './sandbox/stateText';

/** A change of state: `running → suspended`. */
export function transitionText({ from, to }: ObservedTransition): string {
  return from === undefined ? wordOf(to) : `${wordOf(from)} → ${wordOf(to)}`;
}

/** A change of state as a screen reader says it. */
export function spokenTransition({ from, to }: ObservedTransition): string {
  return from === undefined ? wordOf(to) : l10n.t('from {0} to {1}', wordOf(from), wordOf(to));
}

/** Why a state changed, as far as this window knows; undefined where it does not. */
export function causeText(cause: TransitionCause, to: string): string | undefined {
  switch (cause.kind) {
    case 'user':
      return l10n.t('asked for here');
    case 'created':
      return l10n.t('new');
    case 'idleTimeout':
      return cause.isCertain ? l10n.t('idle timeout') : l10n.t('idle timeout likely');
    case 'lifetime':
      return l10n.t('lifetime over');
    case 'snapshot':
      return l10n.t('a snapshot was taken');
    case 'reported':
      return parseState(to) === 'pending' ? pendingReason(cause.reason) : plainText(cause.reason, 80);
    case 'unknown':
      return undefined;
  }
}

/** When something was seen: the time of day, with the date if that was on another day. */
export function momentText(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? timeOfDay(atMs) : dateAndTime(atMs);
}

function wordOf(raw: string): string {
  return raw === goneState ? l10n.t('gone') : stateWord(parseState(raw), raw);
}

/** All that is known of a change of state. */
export function transitionFields(entry: ObservedTransition): readonly Field[] {
  const { name, sandboxId, atMs, cause, to } = entry;
  return [
    { label: l10n.t('Name'), value: plainText(name ?? l10n.t('none (ephemeral)')) },
    { label: l10n.t('Id'), value: plainText(sandboxId) },
    { label: l10n.t('State'), value: transitionText(entry) },
    { label: l10n.t('Because'), value: causeText(cause, to) ?? l10n.t('unknown') },
    { label: l10n.t('Seen'), value: dateAndTime(atMs) },
  ];
}

/** What is said of the changes that are no longer shown. */
export function forgottenText(count: number): string {
  return count === 1
    ? l10n.t('The list is incomplete: 1 older change is no longer shown.')
    : l10n.t('The list is incomplete: {0} older changes are no longer shown.', count);
}
