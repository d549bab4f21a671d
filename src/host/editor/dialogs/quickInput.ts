import {
  type InputBox,
  InputBoxValidationSeverity,
  l10n,
  type QuickInput,
  type QuickInputButton,
  QuickInputButtons,
  ThemeColor,
  ThemeIcon,
  window,
} from 'vscode';
import { deferred } from '../../../core/kernel/async';
import { DisposableStore } from '../../../core/kernel/disposable';
import { inBackground } from '../../../core/kernel/unexpected';
import { errorText, isCancellation, UserError } from '../../../text/kit/failureText';
import { inputText } from '../../../text/kit/surfaces';

/** What every question has: where it stands among others, and ways out of it. */
export interface Question {
  readonly title?: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly hasBack?: boolean;
  /** Adds a button that ends the whole sequence here; what it says. */
  readonly finish?: string;
}

/** A button that is on or off. What it is when the question ends counts. */
interface Toggle {
  /** Codicon. */
  readonly icon: string;
  readonly name: string;
  isOn: boolean;
}

/** One question in an input box. */
export interface TextQuestion extends Question {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly isSecret?: boolean;
  /** Shown as buttons; the prompt names those that are on, as the editor draws no button as pressed. */
  readonly toggles?: readonly Toggle[];
  /** Says what is wrong with the text, while it is typed. */
  readonly validate?: (text: string) => string | undefined;
  /** Says what a text without fault means, while it is typed. */
  readonly explain?: (text: string) => string | undefined;
  /**
   * Called on Enter with text that passed `validate`; what it returns or throws is shown and the box stays open. When the
   * user closes the box meanwhile, `askText` throws it.
   */
  readonly accept?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly onDidType?: (text: string) => void;
}

/** What the user did with a question. `isFinal` means that no further one is to be asked. */
export type Answer<T> =
  | { readonly kind: 'value'; readonly value: T; readonly isFinal?: boolean }
  | { readonly kind: 'back'; readonly isFinal?: boolean }
  | { readonly kind: 'cancel' };

/** Turns the value of an answer into another. */
export function mapAnswer<T, R>(answer: Answer<T>, map: (value: T) => R): Answer<R> {
  return answer.kind === 'value' ? { ...answer, value: map(answer.value) } : answer;
}

/**
 * Asks for text. What was typed is lost only when the user closes the box.
 *
 * @throws what `accept` failed with after the user had closed the box; a cancellation is none
 */
export async function askText(question: TextQuestion): Promise<Answer<string>> {
  const disposables = new DisposableStore();
  const abort = new AbortController();
  /** What `accept` is about to answer. */
  let accepting: Promise<string | undefined> | undefined;
  const box = disposables.add(window.createInputBox());
  const { promise, resolve } = deferred<Answer<string>>();
  box.prompt = inputText(question.prompt);
  box.placeholder = question.placeholder;
  box.value = question.value ?? '';
  box.password = question.isSecret ?? false;
  const validate = (): string | undefined => shown(question.validate?.(box.value));
  disposables.add(
    box.onDidChangeValue(text => {
      box.validationMessage = text === '' ? undefined : (validate() ?? explanation(question, text));
      question.onDidType?.(text);
    }),
  );
  const finish = async (isFinal: boolean): Promise<void> => {
    if (box.busy) return;
    const { value } = box;
    const problem = await problemWith(value);
    if (abort.signal.aborted) return;
    if (problem === undefined)
      resolve(isFinal ? { kind: 'value', value, isFinal } : { kind: 'value', value });
    else box.validationMessage = problem;
  };
  const onButton = configure(box, question);
  const onToggle = addToggles(box, question);
  disposables.add(
    box.onDidTriggerButton(button => {
      if (onToggle(button)) return;
      if (onButton(button) === 'back') resolve({ kind: 'back' });
      else inBackground(finish(true));
    }),
  );
  disposables.add(box.onDidHide(() => resolve({ kind: 'cancel' })));
  disposables.add(box.onDidAccept(() => inBackground(finish(false))));
  /** What is wrong with the text, which is kept. A failure to find out is shown too: nobody else waits for it. */
  async function problemWith(value: string): Promise<string | undefined> {
    try {
      return validate() ?? shown(await accept(value));
    } catch (error) {
      return shown(errorText(error));
    }
  }
  async function accept(value: string): Promise<string | undefined> {
    if (!question.accept) return undefined;
    box.busy = true;
    box.enabled = false;
    try {
      accepting = question.accept(value, abort.signal);
      return await accepting;
    } finally {
      accepting = undefined;
      box.busy = false;
      box.enabled = true;
    }
  }
  box.show();
  try {
    const answer = await promise;
    const left = accepting;
    abort.abort();
    if (answer.kind !== 'value' && left) await endOf(left);
    return answer;
  } finally {
    abort.abort();
    disposables.dispose();
  }
}

/**
 * Waits for what the user closed the box on.
 *
 * @throws what became of it, if it failed: there is no box any more that shows it
 */
async function endOf(accepting: Promise<string | undefined>): Promise<void> {
  try {
    const problem = await accepting;
    if (problem !== undefined) throw new UserError(problem);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** Returns a function that tells whether a button is a toggle, and presses it. */
function addToggles(
  box: InputBox,
  { toggles = [], prompt }: TextQuestion,
): (button: QuickInputButton) => boolean {
  const buttons = new Map<QuickInputButton, Toggle>();
  const draw = (): void => {
    const on = toggles.filter(({ isOn }) => isOn).map(({ name }) => name);
    box.prompt = inputText([prompt, ...on].join(' · '));
    const others = box.buttons.filter(button => !buttons.has(button));
    buttons.clear();
    for (const toggle of toggles) {
      const { icon, name, isOn } = toggle;
      const tooltip = isOn ? l10n.t('{0} (on)', name) : l10n.t('{0} (off)', name);
      const color = isOn ? new ThemeColor('inputOption.activeForeground') : undefined;
      buttons.set({ iconPath: new ThemeIcon(icon, color), tooltip }, toggle);
    }
    box.buttons = [...others, ...buttons.keys()];
  };
  if (toggles.length > 0) draw();
  return button => {
    const toggle = buttons.get(button);
    if (!toggle) return false;
    toggle.isOn = !toggle.isOn;
    draw();
    return true;
  };
}

function shown(message: string | undefined): string | undefined {
  return message === undefined ? undefined : inputText(message);
}

function explanation({ explain }: TextQuestion, text: string) {
  const message = explain?.(text);
  return message === undefined
    ? undefined
    : { message: inputText(message), severity: InputBoxValidationSeverity.Info };
}

/** Gives an input its title, place and buttons, and returns what a button means. */
export function configure(
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
