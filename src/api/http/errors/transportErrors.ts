import { ApiError, localCodes } from '../../../core/kernel/errors';
import { oneLine } from './errorText';
import { redact } from './redact';

const proxyAnswer = /^Proxy response \((\d+)\)/;

/**
 * Converts an error of the HTTP library or a socket to an ApiError. The original is not kept as a cause, because parser
 * errors contain bytes of the answer.
 *
 * @param wasSent whether writing of the request had begun; when not, it certainly never arrived
 */
export function transportError(error: unknown, wasSent: boolean): ApiError {
  if (ApiError.is(error)) return error;
  if (isMistake(error))
    return new ApiError('internal', redact(messageOf(error)), { undelivered: !wasSent, cause: error });
  const undelivered = !wasSent;
  const code = codeOf(error);
  const message = redact(messageOf(error));
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new ApiError('timeout', 'Connecting took too long', { code, undelivered });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new ApiError('timeout', 'The server did not answer in time', { code, undelivered });
    case 'UND_ERR_BODY_TIMEOUT':
      return new ApiError('timeout', 'The server stopped in the middle of its answer', { code, undelivered });
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return closedHere(undelivered);
    default:
      return connectionError(message, code, undelivered);
  }
}

/** The connections were closed with the session they belong to, whoever uses them. */
export function closedHere(undelivered: boolean): ApiError {
  return new ApiError('cancelled', 'The connection was closed on this side', {
    code: localCodes.sessionEnded,
    undelivered,
  });
}

/** Whether an error is a mistake of this side, which a repetition would make again. */
function isMistake(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some(kind => error instanceof kind);
}

function connectionError(message: string, code: string | undefined, undelivered: boolean): ApiError {
  const proxyStatus = proxyAnswer.exec(message)?.[1];
  if (proxyStatus !== undefined) {
    return new ApiError('network', `The proxy refused the connection: HTTP ${proxyStatus}`, {
      code: 'PROXY_REFUSED',
      undelivered,
    });
  }
  return new ApiError('network', message, { code, undelivered });
}

/** Node reports a host with several addresses as an aggregate whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return oneLine(error.errors.map(messageOf).join('; '), 300);
  }
  const text = error instanceof Error ? error.message : '';
  return oneLine(text === '' ? (codeOf(error) ?? 'The connection failed') : text, 300);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Codes of a certificate that is refused, by whoever looked at it. */
export const certificateCodes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'UND_ERR_PRX_TLS',
]);

const permanentCodes: ReadonlySet<string> = new Set([
  ...certificateCodes,
  'UND_ERR_INVALID_ARG',
  'PROXY_REFUSED',
  'PROXY_ADDRESS',
  'DEADLINE',
  'LIBRARY_MISSING',
  localCodes.noSecret,
]);

/**
 * Whether a transport failure would be the same for the next attempt: certificates, a refusing proxy, a passed
 * deadline.
 */
export function isPermanent(code: string | undefined): boolean {
  return (
    code !== undefined &&
    (permanentCodes.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_'))
  );
}
