import { ApiError } from '../../../core/kernel/errors';
import type {
  TerminalRequest,
  TerminalSession,
  TerminalSize,
  TerminalTicket,
} from '../../../core/terminal/terminalSession';
import type { Listed } from '../../../core/list/listStatus';
import type { Daemon } from '../daemon';
import type { Learned } from '../learned';
import { segment } from '../../http/client';
import { parseAnswer } from '../../http/bodies/longJson';
import { type PtyEvents, type PtyOptions, PtyConnection } from './pty';
import { readTerminal, readTerminals, readTicket } from './terminalSchema';

/**
 * Codes with which different server versions report that no such terminal exists for this token (API reference section
 * 7, U11).
 */
const goneCodes: ReadonlySet<string | undefined> = new Set([
  'INVALID_TOKEN',
  'SESSION_NOT_FOUND',
  'NOT_FOUND',
]);

/** The terminals of a sandbox (API reference section 3.7). Rejects with ApiError. */
export class SandboxTerminals {
  constructor(
    private readonly daemon: Daemon,
    private readonly learned: Learned = {},
  ) {}

  /**
   * Starts a program in a new terminal, which the server kills after five minutes without a client.
   *
   * @throws ApiError of kind `quota` and code `TOO_MANY_SESSIONS` when there are 64
   */
  async create(request: TerminalRequest, signal: AbortSignal): Promise<TerminalTicket> {
    const { command, args, env, workingDir, rows, cols } = request;
    const body = { command, args, env, working_dir: workingDir, rows, cols };
    const ticket = readTicket(await this.daemon.json({ method: 'POST', path: '/pty', body, signal }));
    this.daemon.secrets.add(ticket.token, 'token');
    return ticket;
  }

  async list(signal: AbortSignal): Promise<Listed<TerminalSession>> {
    const { text } = await this.daemon.send({ method: 'GET', path: '/pty', signal });
    return readTerminals(await parseAnswer(text));
  }

  async get(sessionId: string, signal: AbortSignal): Promise<TerminalSession> {
    const session = readTerminal(await this.daemon.json({ method: 'GET', path: pathOf(sessionId), signal }));
    if (!session) throw new ApiError('schema', 'The answer does not describe a terminal');
    return session;
  }

  /** Like `get`; undefined if the terminal no longer exists. */
  async find(sessionId: string, signal: AbortSignal): Promise<TerminalSession | undefined> {
    try {
      return await this.get(sessionId, signal);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async resize(sessionId: string, { rows, cols }: TerminalSize, signal: AbortSignal): Promise<void> {
    const path = `${pathOf(sessionId)}/resize`;
    await this.daemon.send({ method: 'POST', path, body: { rows, cols }, signal, isIdempotent: true });
  }

  /** Ends the program: SIGHUP, then SIGKILL. A missing terminal counts as killed. */
  async kill(sessionId: string, signal: AbortSignal): Promise<'killed' | 'gone'> {
    const call = { method: 'DELETE', path: pathOf(sessionId), signal } as const;
    try {
      await this.daemon.send(call);
      return 'killed';
    } catch (error) {
      if (ApiError.is(error, 'notFound') && goneCodes.has(error.code)) return 'gone';
      throw error;
    }
  }

  /**
   * Attaches to a terminal. The server first replays the last MiB of its output. The token and the key are masked in
   * the output.
   *
   * @param signal cancels the attempt; does not end the connection
   * @throws ApiError of kind `notFound` when there is no such terminal for this token; of other kinds as calls do
   */
  async attach(
    { sessionId, token }: TerminalTicket,
    events: PtyEvents,
    signal: AbortSignal,
    options: Omit<PtyOptions, 'secrets'> = {},
  ): Promise<PtyConnection> {
    const { secrets } = this.daemon;
    secrets.add(token, 'token');
    const masking = { ...options, secrets: () => [token, ...secrets.credentials()] };
    const call = { path: `${pathOf(sessionId)}/ws`, headers: { 'x-pty-token': token }, signal };
    const open = async (query?: Readonly<Record<string, string>>): Promise<PtyConnection> =>
      PtyConnection.open(this.daemon, { ...call, ...(query && { query }) }, events, masking);
    if (this.learned.tokenInQuery !== true) {
      try {
        return await open();
      } catch (error) {
        if (!isHeaderRefused(error)) throw isGone(error) ? gone(error) : error;
      }
    }
    // Servers of early 2026, and some proxies, read the token only from the query. It grants access to this terminal
    // alone, and only together with the key.
    try {
      const connection = await open({ token });
      this.learned.tokenInQuery = true;
      return connection;
    } catch (error) {
      throw isGone(error) ? gone(error) : error;
    }
  }
}

/** Whether a token in the query may count where one in the header did not: only then it goes into an address. */
function isHeaderRefused(error: unknown): boolean {
  return ApiError.is(error, 'invalid', 'forbidden') && (error.status === 400 || error.status === 403);
}

function isGone(error: unknown): error is ApiError {
  return ApiError.is(error, 'notFound', 'forbidden') && goneCodes.has(error.code);
}

function gone({ message, status, code }: ApiError): ApiError {
  return new ApiError('notFound', message, {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
  });
}

function pathOf(sessionId: string): string {
  return `/pty/${segment(sessionId)}`;
}
