import type { Obstacle } from '../../core/connection/way';
import { ApiError } from '../../core/kernel/errors';
import { isLoopbackHost } from '../../core/account/endpoint';
import type { ResponseHead, Transport, TransportRequest, TransportResponse } from './transport';

const maxHops = 3;
/** A longer address does not fit into a request line. */
const longestLocation = 8192;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that are sent to another origin. */
const harmlessHeaders: ReadonlySet<string> = new Set(['accept', 'user-agent']);

/**
 * Where a redirect may lead. Only what is downloaded as bytes may come from `anywhere`: an answer that this side acts on
 * would let another server say where the key goes.
 */
export type RedirectScope = 'origin' | 'anywhere';

/**
 * Sends a request and follows redirects on the same origin: GET and HEAD at most three hops, other methods only for 307
 * or 308, because anything else would change the method.
 *
 * @param monotonic milliseconds since some moment; hops share the total timeout
 * @throws ApiError of kind `server` for a redirect that is not followed
 */
export async function sendFollowingRedirects(
  transport: Transport,
  request: TransportRequest,
  monotonic: () => number,
): Promise<TransportResponse> {
  const deadline = monotonic() + request.timeouts.totalMs;
  let current = request;
  for (let hop = 0; ; hop++) {
    const totalMs = Math.max(1, deadline - monotonic());
    const response = await transport.request({
      ...current,
      timeouts: { ...current.timeouts, totalMs },
    });
    const following = nextHop(current, response, hop, 'origin');
    if (following === undefined) return response;
    current = following;
  }
}

/**
 * The request that follows a redirect, by the rules above; undefined if the answer is not a redirect. A GET or HEAD
 * whose scope is `anywhere` leaves the origin too, without credentials, and never from https to http.
 *
 * @param hop how many redirects were followed before
 * @throws ApiError of kind `server` for a redirect that is not followed
 */
export function nextHop<T extends RedirectedRequest>(
  request: T,
  { status, headers }: ResponseHead,
  hop: number,
  scope: RedirectScope,
): T | undefined {
  const location = headers['location'];
  if (!redirects.has(status) || location === undefined) return undefined;
  if (hop === maxHops) throw refusal('Too many redirects', status);
  return next(request, status, location, scope);
}

type RedirectedRequest = Pick<TransportRequest, 'method' | 'url' | 'headers'>;

function next<T extends RedirectedRequest>(
  request: T,
  status: number,
  location: string,
  scope: RedirectScope,
): T {
  // A header that came twice is joined by a comma and a blank, which no address has.
  if (location.length > longestLocation || /\s/.test(location) || !URL.canParse(location, request.url.href)) {
    throw refusal('The server redirected to an unreadable address', status);
  }
  const url = new URL(location, request.url);
  url.username = '';
  url.password = '';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refusal(`The server redirected to a ${url.protocol} address`, status);
  }
  const refused = (message: string): ApiError => {
    const obstacle = redirectObstacle(request.url, url, status);
    return new ApiError('server', message, { status, code: 'REDIRECT_REFUSED', obstacle });
  };
  const isDowngrade =
    url.protocol === 'http:' && (request.url.protocol === 'https:' || !isLoopbackHost(url.hostname));
  if (isDowngrade) throw refused('The server redirected to an unencrypted address');
  const isSameOrigin = url.origin === request.url.origin;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isSameOrigin && !(isRead && scope === 'anywhere'))
    throw refused(`The server redirected a ${request.method} to another host: ${url.host}`);
  if (!isRead && status !== 307 && status !== 308)
    throw refusal(`The server redirected a ${request.method} with status ${status}`, status);
  return { ...request, url, headers: isSameOrigin ? request.headers : harmless(request.headers) };
}

/** Another host that a request of the API is led to is that of a login page. */
function redirectObstacle(from: URL, to: URL, status: number): Obstacle | undefined {
  if (to.host === from.host) return undefined;
  return { name: 'answer', target: from.host, answer: { status, isPage: false, redirectsTo: to.host } };
}

function harmless(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)));
}

function refusal(message: string, status: number): ApiError {
  return new ApiError('server', message, { status, code: 'REDIRECT_REFUSED' });
}
