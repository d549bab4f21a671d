import { QuickInputButtons, window, type QuickInputButton, type QuickPickItem } from 'vscode';
import { DisposableStore } from '../core/disposable';
import { deferred } from '../core/deferred';

/** One question in an input box. */
export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly isSecret?: boolean;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly hasBack?: boolean;
  /** Says what is wrong with the text, while it is typed. */
  readonly validate?: (text: string) => string | undefined;
  /** Called on Enter with text that passed `validate`; what it returns is shown and the box stays open. */
  readonly accept?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly onDidType?: (text: string) => void;
}

/** What the user did with a question. */
export type Answer<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'cancel' };

/** Asks for text. What was typed is lost only when the user closes the box himself. */
export async function askText(question: TextQuestion): Promise<Answer<string>> {
  const disposables = new DisposableStore();
  const abort = new AbortController();
  const box = disposables.add(window.createInputBox());
  const { promise, resolve } = deferred<Answer<string>>();
  box.title = question.title;
  box.prompt = question.prompt;
  box.placeholder = question.placeholder;
  box.value = question.value ?? '';
  box.password = question.isSecret ?? false;
  box.step = question.step;
  box.totalSteps = question.totalSteps;
  box.ignoreFocusOut = true;
  box.buttons = question.hasBack === true ? [QuickInputButtons.Back] : [];
  const validate = (): string | undefined => question.validate?.(box.value);
  disposables.add(
    box.onDidChangeValue(text => {
      box.validationMessage = text === '' ? undefined : validate();
      question.onDidType?.(text);
    }),
  );
  disposables.add(
    box.onDidTriggerButton(
      (button: QuickInputButton) => button === QuickInputButtons.Back && resolve({ kind: 'back' }),
    ),
  );
  disposables.add(box.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(
    box.onDidAccept(async () => {
      if (box.busy) return;
      const { value } = box;
      const problem = validate() ?? (await accept(value));
      if (problem === undefined) resolve({ kind: 'value', value });
      else box.validationMessage = problem;
    }),
  );
  async function accept(value: string): Promise<string | undefined> {
    if (!question.accept) return undefined;
    box.busy = true;
    box.enabled = false;
    try {
      return await question.accept(value, abort.signal);
    } finally {
      box.busy = false;
      box.enabled = true;
    }
  }
  box.show();
  try {
    return await promise;
  } finally {
    abort.abort();
    disposables.dispose();
  }
}

/** One question with given answers. */
export interface PickQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly (QuickPickItem & { readonly answer: T })[];
  readonly step?: number;
  readonly totalSteps?: number;
  readonly hasBack?: boolean;
}

/** Asks for one of several answers. */
export async function askPick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
  const disposables = new DisposableStore();
  const list = disposables.add(window.createQuickPick<QuickPickItem & { readonly answer: T }>());
  const { promise, resolve } = deferred<Answer<T>>();
  list.title = question.title;
  list.placeholder = question.placeholder;
  list.items = question.items;
  list.step = question.step;
  list.totalSteps = question.totalSteps;
  list.ignoreFocusOut = true;
  list.matchOnDescription = true;
  list.buttons = question.hasBack === true ? [QuickInputButtons.Back] : [];
  disposables.add(
    list.onDidTriggerButton(button => button === QuickInputButtons.Back && resolve({ kind: 'back' })),
  );
  disposables.add(list.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(
    list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      if (chosen) resolve({ kind: 'value', value: chosen.answer });
    }),
  );
  list.show();
  try {
    return await promise;
  } finally {
    disposables.dispose();
  }
}
