import type { Obstacle } from '../../../core/connection/way';
import { ApiError } from '../../../core/kernel/errors';
import type { NetworkOptions } from '../route/proxyRules';
import { systemTime } from '../times/systemTime';
import type { ResponseHead } from '../transport';
import { certificateCodes } from './transportErrors';

/** Whether an answer is a web page, which the service never sends (API reference sections 2.1 and 6, point 18). */
export function isWebPage({ headers }: ResponseHead, text = ''): boolean {
  const isNamed = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? '');
  return isHtml(text) || (isNamed && !/^\s*[[{]/.test(text));
}

function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype html|html)\b/i.test(text.slice(0, 1024));
}

/** What an answer shows of who gave it, where that is not the service, or the service says that it is out of order. */
export function answerObstacle(
  host: string,
  response: ResponseHead & { readonly text?: string },
  waitMs?: number,
): Obstacle | undefined {
  const { status } = response;
  // Network Authentication Required: only what stands in between says so (RFC 6585).
  const isPage = isWebPage(response, response.text) || status === 511;
  if (!isPage && status !== 503) return undefined;
  const answer = { status, isPage, ...(waitMs !== undefined && { waitMs }) };
  return { name: 'answer', target: host, answer };
}

/** A name that does not fit may be another server's of many, so it is shown, though the next attempt may reach the right one. */
function isOfCertificate(code = ''): boolean {
  return certificateCodes.has(code) || code === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** For each hop of the way that is looked at once more. */
const hopMs = 5000;

/**
 * Adds to the refusal of a certificate whose it is, which the socket does not tell: the way is gone once more, without a
 * request or the key. Other errors are returned as they are.
 */
export async function withCertificate(
  error: unknown,
  url: URL,
  network: NetworkOptions,
  signal: AbortSignal,
): Promise<unknown> {
  if (!ApiError.is(error, 'network') || !isOfCertificate(error.code)) return error;
  try {
    const { inspectWay } = await import('../route/inspectWay');
    const { name, target, certificate, failure } =
      (await inspectWay(url, { network, signal, hopMs })).hops.at(-1) ?? {};
    if (!name || !target || !certificate || !failure) return error;
    const { kind, message, code, undelivered } = error;
    const obstacle: Obstacle = { name, target, certificate, failure, seenAtMs: systemTime.now() };
    return new ApiError(kind, message, { ...(code !== undefined && { code }), undelivered, obstacle });
  } catch {
    // The certificate is refused all the same.
    return error;
  }
}
