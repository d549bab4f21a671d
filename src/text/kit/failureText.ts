import { l10n } from 'vscode';
import {
  ApiError,
  type ApiErrorKind,
  isRouteMissing,
  localCodes,
  unknownToProxy,
} from '../../core/kernel/errors';
import type { Failure } from '../../core/list/listStatus';
import { limitSize } from './units';
import { obstacleText } from '../connection/obstacleText';

/** A failure whose message is written for the user. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** It may have been done all the same: nobody can tell. The message says so, and what to do before trying again. */
export class UncertainError extends UserError {}

/** Some members of a batch failed. */
export class BatchError extends Error {
  override readonly name = 'BatchError';

  constructor(
    readonly failures: readonly { readonly name: string; readonly error: unknown }[],
    readonly total: number,
  ) {
    super(failures.map(({ name, error }) => `${name}: ${errorText(error)}`).join('; '));
  }
}

/** An error as text: a sentence of this extension, then the message of the service. */
export function errorText(error: unknown): string {
  if (ApiError.is(error)) {
    const sentence = ownSentence(error) ?? missingSentence(error) ?? failureSentence(error.kind);
    const isSaid = error.message === '' || error.code === 'WEB_PAGE' || isLocal(error);
    return isSaid ? sentence : `${sentence} (${error.message})`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** What an answer without a word means, which says that the path or the method does not exist. */
function missingSentence(error: ApiError): string | undefined {
  if (!isRouteMissing(error)) return undefined;
  return error.status === 405
    ? l10n.t('This server does not offer that.')
    : l10n.t('This server does not offer that, or what it is about is gone.');
}

/** Whether an error means that the user cancelled. */
export function isCancellation(error: unknown): boolean {
  if (ApiError.is(error, 'cancelled')) return error.code !== localCodes.sessionEnded;
  return error instanceof Error && error.name === 'AbortError';
}

/** A failure that has words of its own, whatever its kind: what stands in the way is known, or it is on this side. */
type Told = Partial<Pick<ApiError, 'code' | 'obstacle' | 'limitBytes'>>;

function isLocal({ code }: Told): boolean {
  return code === localCodes.noSecret || code === localCodes.sessionEnded;
}

function ownSentence(error: Told): string | undefined {
  switch (error.code) {
    case localCodes.noSecret:
      return l10n.t(
        'The secret store of this system gives no key: its keyring may be locked. Unlock it, then refresh; or sign in again.',
      );
    case localCodes.sessionEnded:
      return l10n.t(
        'The account or a setting changed while this was under way, which closed the connection. It may have been done all the same: look at the list before you try again.',
      );
    case unknownToProxy:
      return l10n.t(
        'The way into the sandbox does not know it: it has ended, or the way has just been started again. If it still runs, try again in some seconds.',
      );
    default:
      if (error.limitBytes !== undefined)
        return l10n.t(
          'What was sent is larger than the server takes: up to {0} in one request.',
          limitSize(error.limitBytes),
        );
      return error.obstacle && obstacleText(error.obstacle);
  }
}

/** Whether more is known of a failure than its kind. */
export function isCauseKnown(failure: Told): boolean {
  return ownSentence(failure) !== undefined;
}

/** Why a list could not be read, in one sentence. */
export function listFailureSentence(failure: Omit<Failure, 'message'>): string {
  const own = ownSentence(failure);
  if (own !== undefined) return own;
  return failure.kind === 'notFound'
    ? l10n.t('There is no Tensorlake API at the address set.')
    : failureSentence(failure.kind);
}

/** What a kind of failure means for the user, in one sentence. */
export function failureSentence(kind: ApiErrorKind): string {
  switch (kind) {
    case 'unauthenticated':
      return l10n.t('Tensorlake rejected the API key.');
    case 'forbidden':
      return l10n.t('The API key has no permission for this.');
    case 'notFound':
      return l10n.t('The account in use has no such sandbox.');
    case 'conflict':
      return l10n.t('The name is taken, or something else is under way.');
    case 'quota':
      return l10n.t('The plan does not allow it.');
    case 'invalid':
      return l10n.t('Tensorlake refused the request.');
    case 'tooLarge':
      return l10n.t('What was sent is larger than the server takes in one request.');
    case 'rateLimited':
      return l10n.t('Tensorlake asked to slow down.');
    case 'server':
      return l10n.t('Tensorlake answered with an error.');
    case 'network':
      return l10n.t('Tensorlake cannot be reached.');
    case 'timeout':
      return l10n.t('Tensorlake did not answer in time.');
    case 'schema':
      return l10n.t('Tensorlake sent an answer this version cannot read.');
    case 'internal':
      return l10n.t('Something went wrong in this extension.');
    case 'cancelled':
      return l10n.t('Cancelled.');
  }
}
