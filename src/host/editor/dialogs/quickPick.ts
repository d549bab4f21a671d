import {
  l10n,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  window,
} from 'vscode';
import { deferred } from '../../../core/kernel/async';
import type { Listed } from '../../../core/list/listStatus';
import { errorText } from '../../../text/kit/failureText';
import { partialListText } from '../../../text/kit/listText';
import { pickText } from '../../../text/kit/surfaces';
import { type Answer, configure, type Question } from './quickInput';

/**
 * Lines for what a list of the project holds. One that cannot be read, or not to its end, is said, and what is known can
 * be typed.
 */
export async function linesOf<T, Line>(
  list: Promise<Listed<T>>,
  lines: (list: readonly T[]) => readonly Line[],
): Promise<readonly (Line | PickHeading)[]> {
  try {
    const { entries, isCut } = await list;
    return [...(isCut ? [heading(partialListText())] : []), ...lines(entries)];
  } catch (error) {
    return [unreadable(error)];
  }
}

function unreadable(error: unknown): PickHeading {
  return heading(l10n.t('The list cannot be read: {0}', errorText(error)));
}

/** An item of a list. Its texts may come from outside; an icon is named beside them, never written into them. */
export interface ListItem extends QuickPickItem {
  /** Codicon. */
  readonly icon?: string;
}

/** One answer of a list. */
export type PickItem<T> = ListItem & { readonly answer: T };

/** An answer made of what is typed. */
type TypedItem<T> = PickItem<T> & {
  /** Whether no other answer is meant, however well its words match. */
  readonly isOnly?: boolean;
};

/** A heading between answers. */
export type PickHeading = ListItem & { readonly kind: QuickPickItemKind.Separator };

export function heading(label: string): PickHeading {
  return { label, kind: QuickPickItemKind.Separator };
}

/** One question with given answers. */
export interface PickQuestion<T> extends Question {
  readonly placeholder: string;
  readonly items: readonly (PickItem<T> | PickHeading)[];
  /** Answers that are still being fetched; the list can be used meanwhile. */
  readonly more?: Promise<readonly (PickItem<T> | PickHeading)[]>;
  /** Whether what is typed is looked for in the second lines too. */
  readonly matchesDetail?: boolean;
  /** Makes an answer of what is typed, offered below those that match, or instead of them. */
  readonly typed?: (text: string) => TypedItem<T> | undefined;
  /** The answer that is selected at first. */
  readonly active?: T;
  /** What a button on an item answers. */
  readonly onButton?: (answer: T, button: QuickInputButton) => T;
}

/** A pick list that is not shown yet, and the promise of what the user chooses in it. */
interface CreatedPick<Item extends ListItem, R> {
  readonly list: Omit<QuickPick<Item>, 'items'>;
  /** Fills the list, and returns the items as they are in it: `activeItems` and `selectedItems` are of these. */
  readonly draw: (items: readonly Item[]) => readonly Item[];
  readonly answer: (value: R) => void;
  /** `undefined` when the user closes the list. It is disposed then, or once it is answered. */
  readonly answered: Promise<R | undefined>;
}

/** Creates a pick list for a question of another kind than those below. */
export function createPick<Item extends ListItem, R>(): CreatedPick<Item, R> {
  const list = window.createQuickPick<Item>();
  const { promise, resolve } = deferred<R | undefined>();
  list.onDidHide(() => resolve(undefined));
  const draw = (items: readonly Item[]): readonly Item[] => (list.items = items.map(drawn));
  return { list, draw, answer: resolve, answered: promise.finally(() => list.dispose()) };
}

/** An item as the editor takes it. */
function drawn<Item extends ListItem>(item: Item): Item {
  const { icon, label, description, detail } = item;
  return {
    ...item,
    label: pickText(label),
    ...(description !== undefined && { description: pickText(description) }),
    ...(detail !== undefined && { detail: pickText(detail) }),
    ...(icon !== undefined && { iconPath: new ThemeIcon(icon) }),
  };
}

/** Asks for one of several answers. Its finishing button leaves the question as it was. */
export async function askPick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
  const { list, draw: fill, answer, answered } = createPick<PickItem<T> | PickHeading, Answer<T>>();
  let isOpen = true;
  let given = question.items;
  let shown = given;
  const typedNow = (): TypedItem<T> | undefined =>
    list.value.trim() === '' ? undefined : question.typed?.(list.value.trim());
  const draw = (): void => {
    const typed = typedNow();
    const others = typed?.isOnly === true ? [] : given;
    shown = fill(typed ? [...others, { ...typed, alwaysShow: true }] : given);
  };
  const activate = (): void => {
    const active = shown.filter(isAnswer).find(item => item.answer === question.active);
    if (active && question.active !== undefined) list.activeItems = [active];
  };
  list.placeholder = question.placeholder;
  list.matchOnDescription = true;
  list.matchOnDetail = question.matchesDetail ?? false;
  draw();
  activate();
  if (question.typed) list.onDidChangeValue(draw);
  if (question.more) {
    list.busy = true;
    list.keepScrollPosition = true;
    const failed = (error: unknown): readonly PickHeading[] => [unreadable(error)];
    void question.more.catch(failed).then(more => {
      if (!isOpen) return;
      given = [...given, ...more];
      list.busy = false;
      draw();
      if (list.value === '') activate();
    });
  }
  const onButton = configure(list, question);
  list.onDidTriggerButton(button =>
    answer(onButton(button) === 'back' ? { kind: 'back' } : { kind: 'back', isFinal: true }),
  );
  list.onDidAccept(() => {
    // Enter may come before what is typed has been drawn, and would take what matches it by chance.
    const typed = typedNow();
    const chosen = typed?.isOnly === true ? typed : list.selectedItems[0];
    if (chosen && isAnswer(chosen)) answer({ kind: 'value', value: chosen.answer });
  });
  list.onDidTriggerItemButton(({ item, button }) => {
    if (isAnswer(item) && question.onButton)
      answer({ kind: 'value', value: question.onButton(item.answer, button) });
  });
  list.show();
  const chosen = await answered;
  isOpen = false;
  return chosen ?? { kind: 'cancel' };
}

/** One question whose answer is some of a list. */
export interface ManyQuestion<T> extends Question {
  readonly placeholder: string;
  readonly items: readonly PickItem<T>[];
}

/** Asks for any number of answers; those `picked` are ticked at first. */
export async function askMany<T>(question: ManyQuestion<T>): Promise<Answer<readonly T[]>> {
  const { list, draw, answer, answered } = createPick<PickItem<T>, Answer<readonly T[]>>();
  list.placeholder = question.placeholder;
  list.canSelectMany = true;
  list.matchOnDescription = true;
  list.selectedItems = draw(question.items).filter(item => item.picked);
  const chosen = (): readonly T[] => list.selectedItems.map(item => item.answer);
  const onButton = configure(list, question);
  list.onDidTriggerButton(button =>
    answer(
      onButton(button) === 'back' ? { kind: 'back' } : { kind: 'value', value: chosen(), isFinal: true },
    ),
  );
  list.onDidAccept(() => answer({ kind: 'value', value: chosen() }));
  list.show();
  return (await answered) ?? { kind: 'cancel' };
}

function isAnswer<T>(item: PickItem<T> | PickHeading): item is PickItem<T> {
  return item.kind !== QuickPickItemKind.Separator;
}

/** A text to be typed, with suggestions of what it may become. */
export interface LiveQuestion {
  readonly title: string;
  readonly placeholder: string;
  readonly value: string;
  /** What to offer for a text, all of it shown; Enter takes the first unless another was turned to. */
  readonly itemsFor: (text: string) => readonly LiveItem[];
  /** Called with the text that Enter would take. */
  readonly onDidTurnTo: (text: string) => void;
}

export interface LiveItem extends ListItem {
  readonly text: string;
}

interface OfferedItem extends LiveItem {
  readonly offeredFor: string;
}

/** Asks for a text, showing at each key what Enter would lead to. */
export async function askLive(question: LiveQuestion): Promise<Answer<string>> {
  const { list, draw, answer, answered } = createPick<OfferedItem, Answer<string>>();
  configure(list, { title: question.title });
  list.placeholder = question.placeholder;
  list.value = question.value;
  const offer = (text: string): void => {
    const items = question.itemsFor(text).map(item => ({ ...item, alwaysShow: true, offeredFor: text }));
    list.activeItems = draw(items).slice(0, 1);
  };
  offer(list.value);
  list.onDidChangeValue(text => {
    offer(text);
    question.onDidTurnTo(text);
  });
  // Who types fast presses Enter before the items for it are drawn: those of an earlier text count for nothing.
  const current = ([item]: readonly OfferedItem[]): string =>
    item?.offeredFor === list.value ? item.text : list.value;
  list.onDidChangeActive(items => question.onDidTurnTo(current(items)));
  list.onDidAccept(() => answer({ kind: 'value', value: current(list.activeItems) }));
  list.show();
  return (await answered) ?? { kind: 'cancel' };
}
