import { l10n, window } from 'vscode';
import { ApiError, type ApiErrorKind } from '../../../core/kernel/errors';
import { type CommandId, commandIds } from '../../../manifest';
import { dialogText, notificationText, statusText } from '../../../text/kit/surfaces';
import {
  BatchError,
  errorText,
  isCancellation,
  UncertainError,
  UserError,
} from '../../../text/kit/failureText';

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
      return refresh();
    case 'quota':
    case 'invalid':
    case 'tooLarge':
    case 'rateLimited':
    case 'schema':
    case 'internal':
    case 'cancelled':
      return undefined;
  }
}

function refresh(): Remedy {
  return { title: l10n.t('Refresh'), command: commandIds.refresh };
}

/** Tells the user that what they asked for failed, in one notification with at most a remedy and a button for the log. */
export async function reportFailure(
  title: string,
  error: unknown,
  run: (command: CommandId) => void,
): Promise<void> {
  if (isCancellation(error)) return;
  if (isUncertain(error)) {
    warnOfUncertain(error, run);
    return;
  }
  const showLog: Remedy = { title: l10n.t('Show Log'), command: commandIds.showLog };
  const remedy = ApiError.is(error) ? remedyOf(error.kind) : undefined;
  const remedies = error instanceof UserError ? [] : [...(remedy ? [remedy] : []), showLog];
  const chosen = await window.showErrorMessage(
    notificationText(l10n.t('{0}: {1}', title, failureText(error))),
    ...remedies.map(each => each.title),
  );
  const found = remedies.find(each => each.title === chosen);
  if (found) run(found.command);
}

/** Whether everything that went wrong may have been done all the same, so that nothing surely failed. */
function isUncertain(error: unknown): error is UncertainError | BatchError {
  if (error instanceof BatchError) return error.failures.every(each => isUncertain(each.error));
  return error instanceof UncertainError;
}

/** Tells the user that what they asked for may have been done, in one notification that does not call it a failure. */
export function warnOfUncertain(error: UncertainError | BatchError, run: (command: CommandId) => void): void {
  const remedy = refresh();
  void warnAny(failureText(error), [remedy.title]).then(chosen => {
    if (chosen === remedy.title) run(remedy.command);
  });
}

function failureText(error: unknown): string {
  if (!(error instanceof BatchError)) return errorText(error);
  const { failures, total } = error;
  const [only] = failures;
  if (total === 1 && only) return `${only.name}: ${errorText(only.error)}`;
  const count = countText(failures.filter(each => !isUncertain(each.error)).length, failures.length, total);
  const shown = failures.slice(0, 5).map(({ name, error: cause }) => `${name}: ${errorText(cause)}`);
  if (failures.length > shown.length) shown.push('…');
  return `${count}. ${shown.join(' ')}`;
}

function countText(failed: number, toldOf: number, total: number): string {
  if (failed === 0) return l10n.t('What became of {0} of {1} is not known', toldOf, total);
  return failed === 1 ? l10n.t('1 of {0} failed', total) : l10n.t('{0} of {1} failed', failed, total);
}

/** Asks before something is destroyed. True when the user pressed the button. */
export async function confirmModal(question: string, detail: string, button: string): Promise<boolean> {
  return (await warnModal(question, detail, [button])) === button;
}

/** Asks before something is destroyed; returns the button that was pressed. */
export async function warnModal(
  question: string,
  detail: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  const options = { modal: true, detail: dialogText(detail) };
  return await window.showWarningMessage(dialogText(question), options, ...buttons);
}

/** Asks in the middle of the window; returns the button that was pressed. */
export async function askModal(
  question: string,
  detail: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  const options = { modal: true, detail: dialogText(detail) };
  return await window.showInformationMessage(dialogText(question), options, ...buttons);
}

/** Tells the user of an event, with one thing to do about it. True when they chose it. */
export async function offer(message: string, button: string): Promise<boolean> {
  return (await offerAny(message, [button])) === button;
}

/** Tells the user of an event, with things to do about it; returns the one they chose. */
export async function offerAny(message: string, buttons: readonly string[]): Promise<string | undefined> {
  return await window.showInformationMessage(notificationText(message), ...buttons);
}

/** Tells the user of something that needs no action. */
export function inform(message: string): void {
  void window.showInformationMessage(notificationText(message));
}

/** Warns the user. */
export function warn(message: string): void {
  void window.showWarningMessage(notificationText(message));
}

/** Warns the user, with things to do about it; returns the one they chose. */
export async function warnAny(message: string, buttons: readonly string[]): Promise<string | undefined> {
  return await window.showWarningMessage(notificationText(message), ...buttons);
}

/** Tells the user of a failure, with things to do about it; returns the one they chose. */
export async function errorAny(message: string, buttons: readonly string[]): Promise<string | undefined> {
  return await window.showErrorMessage(notificationText(message), ...buttons);
}

/** Says something in the status bar for a time, which needs no action. @param icon codicon */
export function notice(icon: string, message: string, shownMs: number): void {
  window.setStatusBarMessage(`$(${icon}) ${statusText(message)}`, shownMs);
}
