import { l10n } from 'vscode';
import { exactSpan } from '../../../core/kernel/time/timeSpan';
import { publicSpanLimits, readPublicSpan } from '../../../core/publicAccess/publicAccess';
import { UserError } from '../../../text/kit/failureText';
import { askPick, type PickItem } from '../../../host/editor/dialogs/quickPick';
import { type Answer } from '../../../host/editor/dialogs/quickInput';
import { nearTime, shortSpan, spokenSpan } from '../../../text/kit/units';

/** How long a sandbox is to be public. */
export type PublicSpan =
  | { readonly kind: 'forSeconds'; readonly seconds: number }
  /** Until the user closes it. */
  | { readonly kind: 'forever' };

/** The choices for a sandbox that is public, or is to be. */
export type PublicWish = PublicSpan | { readonly kind: 'closed' };

export interface SpanQuestion<T extends PublicWish> {
  readonly title: string;
  readonly placeholder: string;
  /** Items above the times. */
  readonly first?: readonly PickItem<T>[];
  /** The label of the item that leaves it open, where that is not in `first`. */
  readonly forever?: string;
  readonly nowMs: number;
}

const offeredSeconds = [3600, 15 * 60, 8 * 3600] as const;

/** Asks how long a sandbox is to be public: a time from the list, a typed one, or until the user closes it. */
export async function askSpan<T extends PublicWish = PublicSpan>(
  question: SpanQuestion<T>,
): Promise<Answer<T | PublicSpan>> {
  const { title, first = [], forever, nowMs } = question;
  let { placeholder } = question;
  for (;;) {
    const answer = await askPick<T | PublicSpan | { readonly kind: 'unreadable' }>({
      title,
      placeholder,
      items: [
        ...first,
        ...offeredSeconds.map((seconds, index) => spanItem(seconds, nowMs, index === 0)),
        ...(forever === undefined ? [] : [foreverItem(forever)]),
      ],
      typed: text => {
        const seconds = readPublicSpan(text);
        return seconds === undefined
          ? { icon: 'warning', label: spanRule(), answer: { kind: 'unreadable' } }
          : { ...spanItem(seconds, nowMs, true), isOnly: true };
      },
    });
    if (answer.kind !== 'value') return answer;
    const { value } = answer;
    if (value.kind !== 'unreadable') return { kind: 'value', value };
    placeholder = spanRule();
  }
}

/** The span that a caller passed. @throws UserError when it cannot be read */
export function givenSpan(value: unknown): PublicSpan {
  if (value === undefined) return { kind: 'forever' };
  const seconds = readPublicSpan(value);
  if (seconds === undefined) throw new UserError(spanRule());
  return { kind: 'forSeconds', seconds };
}

/** When a span that begins now ends; `undefined` for one without an end. */
export function endOf(span: PublicSpan, nowMs: number): number | undefined {
  return span.kind === 'forSeconds' ? nowMs + span.seconds * 1000 : undefined;
}

/** A sentence about when public access ends. */
export function spanSentence(span: PublicSpan): string {
  return span.kind === 'forever'
    ? l10n.t('It stays open until you close it.')
    : l10n.t(
        'It closes by itself after {0} if an editor with this profile is open then, else once one is.',
        spokenSpan(exactSpan(span.seconds)),
      );
}

/** The item that leaves it open. */
export function foreverItem(label: string): PickItem<PublicSpan> {
  return { icon: 'unlock', label: label, answer: { kind: 'forever' } };
}

function spanItem(seconds: number, nowMs: number, isExplained: boolean): PickItem<PublicSpan> {
  return {
    icon: 'clock',
    label: l10n.t('For {0}', spokenSpan(exactSpan(seconds))),
    description: l10n.t('until {0}', nearTime(nowMs + seconds * 1000, nowMs)),
    ...(isExplained && {
      detail: l10n.t('Closes by itself if an editor with this profile is open then, else once one is.'),
    }),
    answer: { kind: 'forSeconds', seconds },
  };
}

function spanRule(): string {
  const { min, max } = publicSpanLimits;
  return l10n.t(
    'A time such as 45m, 2h or 1h30m, from {0} to {1}.',
    shortSpan(exactSpan(min)),
    shortSpan(exactSpan(max)),
  );
}
