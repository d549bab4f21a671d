import {
  InputBoxValidationSeverity,
  QuickInputButtons,
  QuickPickItemKind,
  ThemeIcon,
  window,
  type QuickInput,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
} from 'vscode';
import { DisposableStore } from '../../core/kernel/disposable';
import { deferred } from '../../core/kernel/async';

/** What every question has: where it stands among others, and ways out of it. */
interface Question {
  readonly title: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly hasBack?: boolean;
  /** Adds a button that ends the whole sequence here; what it says. */
  readonly finish?: string;
}

/** One question in an input box. */
export interface TextQuestion extends Question {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly isSecret?: boolean;
  /** Says what is wrong with the text, while it is typed. */
  readonly validate?: (text: string) => string | undefined;
  /** Says what a text without fault means, while it is typed. */
  readonly explain?: (text: string) => string | undefined;
  /** Called on Enter with text that passed `validate`; what it returns is shown and the box stays open. */
  readonly accept?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly onDidType?: (text: string) => void;
}

/** What the user did with a question. `isFinal` means that he asked no further one. */
export type Answer<T> =
  | { readonly kind: 'value'; readonly value: T; readonly isFinal?: boolean }
  | { readonly kind: 'back'; readonly isFinal?: boolean }
  | { readonly kind: 'cancel' };

/** Turns the value of an answer into another. */
export function mapAnswer<T, R>(answer: Answer<T>, map: (value: T) => R): Answer<R> {
  return answer.kind === 'value' ? { ...answer, value: map(answer.value) } : answer;
}

/** Asks for text. What was typed is lost only when the user closes the box himself. */
export async function askText(question: TextQuestion): Promise<Answer<string>> {
  const disposables = new DisposableStore();
  const abort = new AbortController();
  const box = disposables.add(window.createInputBox());
  const { promise, resolve } = deferred<Answer<string>>();
  box.prompt = question.prompt;
  box.placeholder = question.placeholder;
  box.value = question.value ?? '';
  box.password = question.isSecret ?? false;
  const validate = (): string | undefined => question.validate?.(box.value);
  disposables.add(
    box.onDidChangeValue(text => {
      box.validationMessage = text === '' ? undefined : (validate() ?? explanation(question, text));
      question.onDidType?.(text);
    }),
  );
  const finish = async (isFinal: boolean): Promise<void> => {
    if (box.busy) return;
    const { value } = box;
    const problem = validate() ?? (await accept(value));
    if (problem === undefined)
      resolve(isFinal ? { kind: 'value', value, isFinal } : { kind: 'value', value });
    else box.validationMessage = problem;
  };
  const onButton = dress(box, question);
  disposables.add(
    box.onDidTriggerButton(button => {
      if (onButton(button) === 'back') resolve({ kind: 'back' });
      else void finish(true);
    }),
  );
  disposables.add(box.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(box.onDidAccept(() => finish(false)));
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

/** One answer of a list. */
export type PickItem<T> = QuickPickItem & { readonly answer: T };
/** An answer made of what is typed. */
type TypedItem<T> = PickItem<T> & {
  /** Whether no other answer is meant, however well its words match. */
  readonly isOnly?: boolean;
};
/** A heading between answers. */
export type PickHeading = QuickPickItem & { readonly kind: QuickPickItemKind.Separator };

export function heading(label: string): PickHeading {
  return { label, kind: QuickPickItemKind.Separator };
}

/** One question with given answers. */
export interface PickQuestion<T> extends Question {
  readonly placeholder: string;
  readonly items: readonly (PickItem<T> | PickHeading)[];
  /** Answers that are still being fetched; the list can be used meanwhile. */
  readonly more?: Promise<readonly (PickItem<T> | PickHeading)[]>;
  /** Makes an answer of what is typed, offered below those that match, or instead of them. */
  readonly typed?: (text: string) => TypedItem<T> | undefined;
  /** The answer that is selected at first. */
  readonly active?: T;
  /** What a button on an item answers. */
  readonly onButton?: (answer: T, button: QuickInputButton) => T;
}

/** Asks for one of several answers. Its finishing button leaves the question as it was. */
export async function askPick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
  const disposables = new DisposableStore();
  const list = disposables.add(window.createQuickPick<PickItem<T> | PickHeading>());
  const { promise, resolve } = deferred<Answer<T>>();
  let isOpen = true;
  let given = question.items;
  const typedNow = (): TypedItem<T> | undefined =>
    list.value.trim() === '' ? undefined : question.typed?.(list.value.trim());
  const draw = (): void => {
    const typed = typedNow();
    const others = typed?.isOnly === true ? [] : given;
    list.items = typed ? [...others, { ...typed, alwaysShow: true }] : given;
  };
  const activate = (): void => {
    const active = given.filter(isAnswer).find(item => item.answer === question.active);
    if (active && question.active !== undefined) list.activeItems = [active];
  };
  list.placeholder = question.placeholder;
  list.matchOnDescription = true;
  draw();
  activate();
  if (question.typed) disposables.add(list.onDidChangeValue(draw));
  if (question.more) {
    list.busy = true;
    list.keepScrollPosition = true;
    void question.more.then(more => {
      if (!isOpen) return;
      given = [...given, ...more];
      list.busy = false;
      draw();
      if (list.value === '') activate();
    });
  }
  const onButton = dress(list, question);
  disposables.add(
    list.onDidTriggerButton(button =>
      resolve(onButton(button) === 'back' ? { kind: 'back' } : { kind: 'back', isFinal: true }),
    ),
  );
  disposables.add(list.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(
    list.onDidAccept(() => {
      // Enter may come before what is typed has been drawn, and would take what matches it by chance.
      const typed = typedNow();
      const chosen = typed?.isOnly === true ? typed : list.selectedItems[0];
      if (chosen && isAnswer(chosen)) resolve({ kind: 'value', value: chosen.answer });
    }),
  );
  disposables.add(
    list.onDidTriggerItemButton(({ item, button }) => {
      if (isAnswer(item) && question.onButton)
        resolve({ kind: 'value', value: question.onButton(item.answer, button) });
    }),
  );
  list.show();
  try {
    return await promise;
  } finally {
    isOpen = false;
    disposables.dispose();
  }
}

/** One question whose answer is some of a list. */
export interface ManyQuestion<T> extends Question {
  readonly placeholder: string;
  readonly items: readonly PickItem<T>[];
}

/** Asks for any number of answers; those `picked` are ticked at first. */
export async function askMany<T>(question: ManyQuestion<T>): Promise<Answer<readonly T[]>> {
  const disposables = new DisposableStore();
  const list: QuickPick<PickItem<T>> = disposables.add(window.createQuickPick<PickItem<T>>());
  const { promise, resolve } = deferred<Answer<readonly T[]>>();
  list.placeholder = question.placeholder;
  list.canSelectMany = true;
  list.matchOnDescription = true;
  list.items = question.items;
  list.selectedItems = question.items.filter(item => item.picked);
  const chosen = (): readonly T[] => list.selectedItems.map(item => item.answer);
  const onButton = dress(list, question);
  disposables.add(
    list.onDidTriggerButton(button =>
      resolve(
        onButton(button) === 'back' ? { kind: 'back' } : { kind: 'value', value: chosen(), isFinal: true },
      ),
    ),
  );
  disposables.add(list.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(list.onDidAccept(() => resolve({ kind: 'value', value: chosen() })));
  list.show();
  try {
    return await promise;
  } finally {
    disposables.dispose();
  }
}

function isAnswer<T>(item: PickItem<T> | PickHeading): item is PickItem<T> {
  return item.kind !== QuickPickItemKind.Separator;
}

function explanation({ explain }: TextQuestion, text: string) {
  const message = explain?.(text);
  return message === undefined ? undefined : { message, severity: InputBoxValidationSeverity.Info };
}

/** Gives an input its title, place and buttons, and returns what a button means. */
function dress(
  input: QuickInput & { buttons: readonly QuickInputButton[] },
  { title, step, totalSteps, hasBack, finish }: Question,
): (button: QuickInputButton) => 'back' | 'finish' {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = [
    ...(hasBack === true ? [QuickInputButtons.Back] : []),
    ...(finish === undefined ? [] : [{ iconPath: new ThemeIcon('check-all'), tooltip: finish }]),
  ];
  return button => (button === QuickInputButtons.Back ? 'back' : 'finish');
}
