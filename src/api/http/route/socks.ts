import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { ApiError } from '../../../core/kernel/errors';
import type { HttpLibrary } from './httpLibrary';
import type { SocksProxy } from './proxyRules';
import { reaching } from './reaching';
import type { TlsTrust } from './trust';

/** What undici's agent has and its types leave out: the way through the proxy, without its pools and time limits. */
interface Dialer {
  createSocks5Connection(host: string, port: number): Promise<Socket>;
}

function isDialer(agent: object): agent is Dialer {
  return 'createSocks5Connection' in agent && typeof agent.createSocks5Connection === 'function';
}

/**
 * Connects to a server through a SOCKS5 proxy, which looks up the name. undici's own agent speaks to the proxy; its
 * pools are not used, since they close idle connections before the next poll, have no limit for the TLS handshake, and
 * leave a socket behind when the proxy falls silent.
 *
 * @param host without brackets
 * @param timeoutMs for the whole of it; undici gives the proxy 5 s for each answer
 * @throws ApiError, undelivered
 */
export async function dialThroughSocks(
  { Socks5ProxyAgent, buildConnector }: HttpLibrary,
  proxy: SocksProxy,
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Socket> {
  const connectToProxy = buildConnector({ ...reaching, timeout: timeoutMs });
  let opened: Socket | undefined;
  const gone = new AbortController();
  const { username, password, origin } = proxy;
  const agent: Dispatcher = new Socks5ProxyAgent(origin, {
    username,
    password,
    connect: (options, callback) =>
      connectToProxy({ ...options, hostname: options.hostname.replace(/^\[|\]$/g, '') }, (...result) => {
        const [, socket] = result;
        opened = socket ?? undefined;
        opened?.once('close', () => gone.abort());
        callback(...result);
      }),
  });
  if (!isDialer(agent)) throw refused('cannot be used with this HTTP library');
  const limit = setTimeout(() => gone.abort('late'), timeoutMs);
  try {
    return await Promise.race([agent.createSocks5Connection(host, port), rejectionOf(gone.signal)]);
  } catch (error) {
    opened?.destroy();
    throw socksError(error);
  } finally {
    clearTimeout(limit);
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(signal.reason === 'late' ? late() : refused('closed the connection')),
    );
  });
}

/** Connects as undici's pools ask for it, with TLS where the server has it. */
export function socksConnector(
  library: HttpLibrary,
  proxy: SocksProxy,
  { trust, timeoutMs }: { readonly trust: TlsTrust; readonly timeoutMs: number },
): buildConnector.connector {
  const secure = library.buildConnector({ timeout: timeoutMs, ...trust });
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const port = options.port === '' ? (isSecure ? 443 : 80) : Number(options.port);
    dialThroughSocks(library, proxy, { host, port }, timeoutMs).then(
      socket => {
        if (isSecure) secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(socksError(error), null),
    );
  };
}

/** The proxy's own code of an answer that says no (RFC 1928, section 6, and RFC 1929), as undici names it. */
const refusals =
  /^UND_ERR_SOCKS5_(?:AUTH_REJECTED|AUTH_METHOD|AUTH_FAILED|VERSION|AUTH_VERSION|REPLY_VERSION|REPLY_2)$/;

/** undici's own time limits have no code. */
function socksError(error: unknown): Error {
  if (!(error instanceof Error) || ApiError.is(error)) return error instanceof Error ? error : late();
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return late();
  if (!code.startsWith('UND_ERR_SOCKS5_')) return error;
  // Any other answer is about the server behind it, and may be another one next time.
  const details = { code: refusals.test(code) ? 'PROXY_REFUSED' : code, undelivered: true };
  return new ApiError('network', `The SOCKS5 proxy refused the connection: ${error.message}`, details);
}

function refused(what: string): ApiError {
  return new ApiError('network', `The SOCKS5 proxy ${what}`, { code: 'PROXY_CLOSED', undelivered: true });
}

function late(): ApiError {
  return new ApiError('timeout', 'The SOCKS5 proxy did not answer in time', {
    code: 'PROXY_SILENT',
    undelivered: true,
  });
}
