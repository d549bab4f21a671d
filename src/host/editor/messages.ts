import { l10n, window } from 'vscode';
import { ApiError, type ApiErrorKind } from '../../core/kernel/errors';
import { type CommandId, commandIds } from '../../manifest';
import { BatchError, errorText, isCancellation, UserError } from '../../text/kit/failureText';

/** A button of a notification: what it says and which command it runs. */
interface Remedy {
  readonly title: string;
  readonly command: CommandId;
}

function remedyOf(kind: ApiErrorKind): Remedy | undefined {
  switch (kind) {
    case 'unauthenticated':
    case 'forbidden':
      return { title: l10n.t('Sign In…'), command: commandIds.signIn };
    case 'network':
    case 'timeout':
    case 'server':
    case 'notFound':
    case 'conflict':
      return { title: l10n.t('Refresh'), command: commandIds.refresh };
    case 'quota':
    case 'invalid':
    case 'rateLimited':
    case 'schema':
    case 'cancelled':
      return undefined;
  }
}

/** Tells the user that what he asked for failed: one notification with at most a remedy and the log. */
export async function reportFailure(
  title: string,
  error: unknown,
  run: (command: CommandId) => void,
): Promise<void> {
  if (isCancellation(error)) return;
  const showLog: Remedy = { title: l10n.t('Show Log'), command: commandIds.showLog };
  const remedy = ApiError.is(error) ? remedyOf(error.kind) : undefined;
  const remedies = error instanceof UserError ? [] : [...(remedy ? [remedy] : []), showLog];
  const chosen = await window.showErrorMessage(
    l10n.t('{0}: {1}', title, failureText(error)),
    ...remedies.map(each => each.title),
  );
  const found = remedies.find(each => each.title === chosen);
  if (found) run(found.command);
}

function failureText(error: unknown): string {
  if (!(error instanceof BatchError)) return errorText(error);
  const { failures, total } = error;
  const [only] = failures;
  if (total === 1 && only) return `${only.name}: ${errorText(only.error)}`;
  const count =
    failures.length === 1
      ? l10n.t('1 of {0} failed', total)
      : l10n.t('{0} of {1} failed', failures.length, total);
  const shown = failures.slice(0, 5).map(({ name, error: cause }) => `${name}: ${errorText(cause)}`);
  if (failures.length > shown.length) shown.push('…');
  return `${count}. ${shown.join(' ')}`;
}

/** Asks before something is destroyed. True when the user pressed the button. */
export async function confirmModal(question: string, detail: string, button: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

/** Asks in the middle of the window; returns the button that was pressed. */
export async function askModal(
  question: string,
  detail: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  return await window.showInformationMessage(question, { modal: true, detail }, ...buttons);
}

/** Offers one thing to do after an event the user should know of. */
export async function offer(message: string, button: string): Promise<boolean> {
  return (await offerAny(message, [button])) === button;
}

/** Offers things to do after an event the user should know of; returns the one that was chosen. */
export async function offerAny(message: string, buttons: readonly string[]): Promise<string | undefined> {
  return await window.showInformationMessage(message, ...buttons);
}

/** Says something that the user should know and can do nothing about. */
export function inform(message: string): void {
  void window.showInformationMessage(message);
}

/** Warns of something the user should know. */
export function warn(message: string): void {
  void window.showWarningMessage(message);
}
