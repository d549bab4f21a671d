import { window, type QuickPickItem } from 'vscode';
import { deferred } from '../../core/kernel/async';
import { DisposableStore } from '../../core/kernel/disposable';
import type { Answer } from './quickInput';

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

export interface LiveItem extends QuickPickItem {
  readonly text: string;
}

interface OfferedItem extends LiveItem {
  readonly offeredFor: string;
}

/** Asks for a text, showing at each key what Enter would lead to. */
export async function askLive(question: LiveQuestion): Promise<Answer<string>> {
  const disposables = new DisposableStore();
  const list = disposables.add(window.createQuickPick<OfferedItem>());
  const { promise, resolve } = deferred<Answer<string>>();
  list.title = question.title;
  list.placeholder = question.placeholder;
  list.value = question.value;
  list.ignoreFocusOut = true;
  const offer = (text: string): void => {
    const items = question.itemsFor(text).map(item => ({ ...item, alwaysShow: true, offeredFor: text }));
    list.items = items;
    list.activeItems = items.slice(0, 1);
  };
  offer(list.value);
  disposables.add(
    list.onDidChangeValue(text => {
      offer(text);
      question.onDidTurnTo(text);
    }),
  );
  // Who types fast presses Enter before the items for it are drawn: those of an earlier text count for nothing.
  const current = ([item]: readonly OfferedItem[]): string =>
    item?.offeredFor === list.value ? item.text : list.value;
  disposables.add(list.onDidChangeActive(items => question.onDidTurnTo(current(items))));
  disposables.add(list.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(list.onDidAccept(() => resolve({ kind: 'value', value: current(list.activeItems) })));
  list.show();
  try {
    return await promise;
  } finally {
    disposables.dispose();
  }
}
