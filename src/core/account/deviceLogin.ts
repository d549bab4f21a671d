import type { Clock } from '../kernel/time/clock';
import { ApiError, type ApiErrorKind, cancelledBy } from '../kernel/errors';

/** A login that waits for the user to approve it in a browser (API reference section 1.5). */
export interface StartedLogin {
  /** Names the login to the server, and is turned into a token once it is approved: a secret. */
  readonly deviceCode: string;
  /** What the page shows, for the user to compare. */
  readonly userCode: string;
  /** How long to wait before each poll, in milliseconds; absent where the server does not say. */
  readonly intervalMs?: number;
  /** How long the login can be approved, in milliseconds; absent where the server does not say. */
  readonly validMs?: number;
}

/** What a poll tells. `slowDown`: not decided yet, and polled too often. */
export type LoginStatus = 'pending' | 'slowDown' | 'approved' | 'expired' | 'denied';

/** The token of an approved login. It is for one project, which is not always named. */
export interface LoginToken {
  readonly token: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** The server's part of a login. Each rejects with ApiError. */
export interface LoginServer {
  start(signal: AbortSignal): Promise<StartedLogin>;
  poll(deviceCode: string, signal: AbortSignal): Promise<LoginStatus>;
  exchange(deviceCode: string, signal: AbortSignal): Promise<LoginToken>;
}

/** How a login ended. */
export type LoginOutcome =
  { readonly kind: 'approved'; readonly token: LoginToken } | { readonly kind: 'denied' | 'expired' };

/** How the official CLI polls (API reference section 1.5). */
const defaultIntervalMs = 5000;

/** Shorter and longer waits that a server asks for are not obeyed. */
const shortestIntervalMs = 1000;
const longestIntervalMs = 60_000;

/** What is added to the wait each time a server asks to slow down, or cannot be reached. */
const slowerByMs = 5000;

/** How long a login is waited for where the server does not say, and at most. */
const defaultValidMs = 15 * 60_000;
const longestValidMs = 60 * 60_000;

/** A wait for the user's decision. */
interface LoginWait {
  /** Before the next poll, in milliseconds. */
  readonly intervalMs: number;
  /** When it is given up, as `Clock.elapsed` counts. */
  readonly endsAtMs: number;
}

/** What follows a poll. */
type LoginMove =
  { readonly kind: 'wait'; readonly wait: LoginWait } | { readonly kind: 'exchange' | 'denied' | 'expired' };

/**
 * The wait after a login was started.
 *
 * @param nowMs as `Clock.elapsed` counts
 *
 * @internal
 */
export function firstWait({ intervalMs, validMs }: StartedLogin, nowMs: number): LoginWait {
  return {
    intervalMs: between(shortestIntervalMs, intervalMs ?? defaultIntervalMs, longestIntervalMs),
    endsAtMs: nowMs + Math.min(validMs ?? defaultValidMs, longestValidMs),
  };
}

/**
 * What follows a poll.
 *
 * @param answer the status, or why there is none: what may pass is polled again, more slowly
 * @param nowMs as `Clock.elapsed` counts
 * @throws ApiError `answer`, when polling again would bring nothing else
 *
 * @internal
 */
export function afterPoll(wait: LoginWait, answer: LoginStatus | ApiError, nowMs: number): LoginMove {
  if (answer === 'approved') return { kind: 'exchange' };
  if (answer === 'denied' || answer === 'expired') return { kind: answer };
  if (ApiError.is(answer)) {
    // The server forgets a login that nobody approved in time.
    if (answer.kind === 'notFound') return { kind: 'expired' };
    if (!passing.has(answer.kind)) throw answer;
  }
  if (nowMs >= wait.endsAtMs) return { kind: 'expired' };
  return { kind: 'wait', wait: answer === 'pending' ? wait : slower(wait, answer) };
}

const passing: ReadonlySet<ApiErrorKind> = new Set([
  'network',
  'timeout',
  'server',
  'rateLimited',
  'schema',
] as const);

function slower({ intervalMs, endsAtMs }: LoginWait, answer: LoginStatus | ApiError): LoginWait {
  const askedMs = ApiError.is(answer) ? (answer.retryAfterMs ?? 0) : 0;
  return { intervalMs: Math.min(Math.max(intervalMs + slowerByMs, askedMs), longestIntervalMs), endsAtMs };
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(least, value), most);
}

/**
 * Logs in by a browser: starts a login, polls until the user has decided, and exchanges it for a token.
 *
 * @param onStarted called with the code that the user is to approve
 * @throws ApiError of a start or an exchange that failed; `cancelled` once `signal` is aborted
 */
export async function logIn(
  server: LoginServer,
  clock: Clock,
  signal: AbortSignal,
  onStarted: (userCode: string) => void,
): Promise<LoginOutcome> {
  const started = await server.start(signal);
  let wait = firstWait(started, clock.elapsed());
  onStarted(started.userCode);
  for (;;) {
    await pause(clock, Math.min(wait.intervalMs, Math.max(0, wait.endsAtMs - clock.elapsed())), signal);
    const answer = await polled(server, started.deviceCode, signal);
    const move = afterPoll(wait, answer, clock.elapsed());
    if (move.kind === 'exchange')
      return { kind: 'approved', token: await server.exchange(started.deviceCode, signal) };
    if (move.kind !== 'wait') return { kind: move.kind };
    wait = move.wait;
  }
}

async function polled(
  server: LoginServer,
  deviceCode: string,
  signal: AbortSignal,
): Promise<LoginStatus | ApiError> {
  try {
    return await server.poll(deviceCode, signal);
  } catch (error) {
    if (ApiError.is(error)) return error;
    throw error;
  }
}

/** @throws ApiError `cancelled` when the signal is aborted meanwhile */
async function pause(clock: Clock, forMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = (): void => {
      timer.dispose();
      reject(cancelledBy(signal));
    };
    const timer = clock.after(forMs, () => {
      signal.removeEventListener('abort', cancel);
      resolve();
    });
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
  });
}
