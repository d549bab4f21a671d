import {
  CancellationTokenSource,
  Disposable,
  ProgressLocation,
  window,
  type ProgressOptions,
  type QuickPickItem,
} from 'vscode';
import { waitFor } from '../../support/waitFor';

/** A pick list that the extension showed. */
export interface AskedPick {
  readonly title: string;
  readonly items: readonly QuickPickItem[];
}

/** The messages that the extension shows during `act`; their buttons are not pressed. */
export async function messagesOf(act: () => PromiseLike<unknown>): Promise<readonly string[]> {
  const messages: string[] = [];
  const show = (message: string): Promise<undefined> => {
    messages.push(message);
    return Promise.resolve(undefined);
  };
  await instead({ showErrorMessage: show, showInformationMessage: show, showWarningMessage: show }, act);
  return messages;
}

/** Answers the multi-select lists that the extension shows during `act`, and returns them. */
export async function pickingMany(
  choose: (items: readonly QuickPickItem[]) => readonly QuickPickItem[],
  act: () => PromiseLike<unknown>,
): Promise<readonly AskedPick[]> {
  const asked: AskedPick[] = [];
  const createQuickPick = (): object => {
    let accept = (): void => undefined;
    const list = {
      title: '',
      items: [] as readonly QuickPickItem[],
      selectedItems: [] as readonly QuickPickItem[],
      onDidAccept: (listener: () => void) => {
        accept = listener;
        return ignore();
      },
      onDidHide: ignore,
      onDidTriggerButton: ignore,
      show: () => {
        asked.push({ title: list.title, items: list.items });
        list.selectedItems = choose(list.items);
        accept();
      },
      dispose: () => undefined,
    };
    return list;
  };
  await instead({ createQuickPick }, act);
  return asked;
}

/** Answers the modal dialogs that the extension shows during `act`, and returns their messages. */
export async function answering(
  answer: (question: string) => Promise<string | undefined>,
  act: () => PromiseLike<unknown>,
): Promise<readonly string[]> {
  const asked: string[] = [];
  const show = async (message: string, ...more: readonly unknown[]): Promise<string | undefined> => {
    asked.push(message);
    const [options] = more;
    const isModal = typeof options === 'object' && options !== null && 'modal' in options;
    return isModal ? await answer(message) : undefined;
  };
  await instead({ showErrorMessage: show, showInformationMessage: show, showWarningMessage: show }, act);
  return asked;
}

/** Something that the extension asked or told. */
export interface Asked {
  readonly kind: 'list' | 'box' | 'modal' | 'message';
  /** The title of a list or box, else what was said. */
  readonly text: string;
  /** The second part of a modal dialog. */
  readonly detail: string;
  readonly items: readonly QuickPickItem[];
}

/** What is answered; `undefined` closes it. */
export interface Replies {
  /** An item of a list, those to be ticked, or a text typed into it. The first item by default. */
  readonly list?: (
    asked: AskedPick,
  ) => QuickPickItem | readonly QuickPickItem[] | { readonly typed: string } | undefined;
  /** The text for a box that shows `value`, or a `problem` with the last answer. The value by default. */
  readonly box?: (title: string, value: string, problem: string | undefined) => string | undefined;
  /** The button of a modal dialog. None by default. */
  readonly modal?: (question: string) => string | undefined;
  /** The button of a notification. None by default. */
  readonly message?: (message: string) => string | undefined;
}

/** Answers everything that the extension asks during `act`, which is given what was asked so far. Returns all of it. */
export async function replying(
  replies: Replies,
  act: (asked: readonly Asked[]) => PromiseLike<unknown>,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const show = (text: string, ...more: readonly unknown[]): Promise<string | undefined> => {
    const [options] = more;
    const isModal = typeof options === 'object' && options !== null && 'modal' in options;
    const detail = isModal && 'detail' in options ? String(options.detail) : '';
    asked.push({ kind: isModal ? 'modal' : 'message', text, detail, items: [] });
    return Promise.resolve(isModal ? replies.modal?.(text) : replies.message?.(text));
  };
  await instead(
    {
      showErrorMessage: show,
      showInformationMessage: show,
      showWarningMessage: show,
      createQuickPick: () => fakeList(replies, asked),
      createInputBox: () => fakeBox(replies, asked),
    },
    () => act(asked),
  );
  return asked;
}

const ignore = (): Disposable => new Disposable(() => undefined);

function fakeList({ list: reply = ({ items }) => items[0] }: Replies, asked: Asked[]): object {
  let accept = (): void => undefined;
  let hide = (): void => undefined;
  let type = (): void => undefined;
  const list = {
    title: '',
    value: '',
    items: [] as readonly QuickPickItem[],
    selectedItems: [] as readonly QuickPickItem[],
    onDidAccept: (listener: () => void) => {
      accept = listener;
      return ignore();
    },
    onDidHide: (listener: () => void) => {
      hide = listener;
      return ignore();
    },
    onDidChangeValue: (listener: () => void) => {
      type = listener;
      return ignore();
    },
    onDidTriggerButton: ignore,
    onDidTriggerItemButton: ignore,
    show: () => {
      const { title, items } = list;
      asked.push({ kind: 'list', text: title, detail: '', items });
      const answer = reply({ title, items });
      if (!answer) {
        hide();
        return;
      }
      if ('typed' in answer) {
        list.value = answer.typed;
        type();
        // What is made of the text is there, whatever matches it.
        list.selectedItems = list.items.filter(item => item.alwaysShow === true);
      } else list.selectedItems = 'label' in answer ? [answer] : answer;
      accept();
    },
    dispose: () => undefined,
  };
  return list;
}

function fakeBox({ box: reply = (_title, value) => value }: Replies, asked: Asked[]): object {
  let accept = (): unknown => undefined;
  let hide = (): void => undefined;
  let isOver = false;
  const box = {
    title: '',
    value: '',
    validationMessage: undefined as string | undefined,
    onDidAccept: (listener: () => unknown) => {
      accept = listener;
      return ignore();
    },
    onDidHide: (listener: () => void) => {
      hide = listener;
      return ignore();
    },
    onDidChangeValue: ignore,
    onDidTriggerButton: ignore,
    show: () => void answerBox(),
    dispose: () => {
      isOver = true;
    },
  };
  async function answerBox(): Promise<void> {
    do {
      asked.push({ kind: 'box', text: box.title, detail: box.validationMessage ?? '', items: [] });
      const answer = reply(box.title, box.value, box.validationMessage);
      if (answer === undefined) {
        hide();
        return;
      }
      Object.assign(box, { value: answer, validationMessage: undefined });
      accept();
      // The extension may look first whether the text will do.
      await waitFor('what becomes of the text', () => isOver || box.validationMessage !== undefined);
    } while (box.validationMessage !== undefined);
  }
  return box;
}

/**
 * Presses Cancel in the notifications with progress that the extension shows during `act`, and returns their titles.
 *
 * @param isReady whether what is to be cancelled has got far enough
 */
export async function cancelling(
  isReady: () => boolean,
  act: () => PromiseLike<unknown>,
): Promise<readonly string[]> {
  const titles: string[] = [];
  const original = window.withProgress.bind(window);
  const withProgress = (
    options: ProgressOptions,
    task: Parameters<typeof window.withProgress>[1],
  ): PromiseLike<unknown> => {
    if (options.location !== ProgressLocation.Notification) return original(options, task);
    titles.push(options.title ?? '');
    const source = new CancellationTokenSource();
    void waitFor('what is to be cancelled', isReady).then(() => source.cancel());
    return task({ report: () => undefined }, source.token);
  };
  await instead({ withProgress }, act);
  return titles;
}

/** Replaces functions of the editor's window during `act`. */
export async function instead(
  replacements: Partial<Record<keyof typeof window, unknown>>,
  act: () => PromiseLike<unknown>,
): Promise<void> {
  const names = Object.keys(replacements);
  const originals = Object.fromEntries(Object.entries(window).filter(([name]) => names.includes(name)));
  Object.assign(window, replacements);
  try {
    await act();
  } finally {
    Object.assign(window, originals);
  }
}
