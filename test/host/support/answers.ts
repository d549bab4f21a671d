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
  const ignore = (): Disposable => new Disposable(() => undefined);
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

async function instead(
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
