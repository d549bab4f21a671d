import { l10n } from 'vscode';
import type { Clock } from '../../../core/kernel/time/clock';
import { confirmModal } from '../../../host/editor/dialogs/messages';
import type { PickItem } from '../../../host/editor/dialogs/quickPick';
import { nearTime } from '../../../text/kit/units';
import { openingText } from '../../../text/publicAccess';
import { askSpan, endOf, spanSentence, type PublicSpan, type PublicWish } from './askPublicSpan';

/** What is about to be made, and would be public. */
interface Opening {
  readonly title: string;
  /** Why it would be public, and what can be chosen. */
  readonly placeholder: string;
  /** What is asked before it is made public. */
  readonly question: string;
  readonly ports: readonly number[];
  /** Explains the choice that leaves it private, where that is not plain. */
  readonly privateDetail?: string;
  /** What it is made from, with the end of public access of that. */
  readonly source?: { readonly name: string; readonly closesAtMs: number };
  readonly nowMs: number;
}

/**
 * Asks whether what is about to be made is to be public, and for how long. Nothing becomes public without it, whatever
 * a preset, a caller, a source or a pool says.
 *
 * @returns undefined when the user backed out
 */
export async function askOpening(opening: Opening): Promise<PublicWish | undefined> {
  const { title, placeholder, question, ports, privateDetail, source, nowMs } = opening;
  const isPrivate: PickItem<PublicWish> = {
    icon: 'lock',
    label: l10n.t('Private'),
    description: l10n.t('with an API key only'),
    ...(privateDetail !== undefined && { detail: privateDetail }),
    answer: { kind: 'closed' },
  };
  const answer = await askSpan<PublicWish>({
    title,
    placeholder,
    first: source && source.closesAtMs > nowMs ? [isPrivate, sourceItem(source, nowMs)] : [isPrivate],
    forever: l10n.t('Until I close it'),
    nowMs,
  });
  if (answer.kind !== 'value') return undefined;
  const { value: wish } = answer;
  if (wish.kind === 'closed') return wish;
  const detail = [openingText(undefined, ports), spanSentence(wish)].join('\n\n');
  return (await confirmModal(question, detail, l10n.t('Make Public'))) ? wish : undefined;
}

/** Whether what is made from something else is public at first, and when that ends: without a time it does not. */
export interface InheritedAccess {
  readonly isPublic: boolean;
  readonly closesAtMs?: number;
}

/**
 * Asks about what the service makes as public as its source. What is to be private is to be closed as soon as it is there.
 *
 * @returns undefined when the user backed out
 */
export async function askInherited(
  clock: Clock,
  opening: Omit<Opening, 'nowMs'>,
): Promise<InheritedAccess | undefined> {
  const wish = await askOpening({
    privateDetail: l10n.t('It is public for a moment, until it is closed.'),
    ...opening,
    nowMs: clock.now(),
  });
  if (!wish) return undefined;
  const nowMs = clock.now();
  return { isPublic: true, closesAtMs: wish.kind === 'closed' ? nowMs : endOf(wish, nowMs) };
}

function sourceItem(
  { name, closesAtMs }: NonNullable<Opening['source']>,
  nowMs: number,
): PickItem<PublicSpan> {
  return {
    icon: 'clock',
    label: l10n.t('As long as {0}', name),
    description: l10n.t('until {0}', nearTime(closesAtMs, nowMs)),
    answer: { kind: 'forSeconds', seconds: Math.ceil((closesAtMs - nowMs) / 1000) },
  };
}
