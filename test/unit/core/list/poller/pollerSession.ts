import { ApiError } from '../../../../../src/core/kernel/errors';
import { Poller, type PollerConditions } from '../../../../../src/core/list/polling/poller';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';
import { SandboxStore, type PanelSnapshot } from '../../../../../src/core/list/store';
import { FakeClock, settle } from '../../../../support/fakeClock';
import { sandbox } from '../../../../support/sandboxBuilder';
import { ScriptedSource } from './scriptedSource';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export const watched: PollerConditions = { focused: true, visible: true, intervalMs: 15 * second };
export const hidden: PollerConditions = { ...watched, visible: false };
export const unfocused: PollerConditions = { ...watched, focused: false };
export const manual: PollerConditions = { ...watched, intervalMs: 0 };

export interface Session {
  readonly clock: FakeClock;
  readonly source: ScriptedSource;
  readonly store: SandboxStore;
  readonly poller: Poller;
  /** Failures reported through `onFailure`. */
  readonly told: ApiError[];
}

export interface SessionOptions {
  readonly sandboxes?: readonly Sandbox[];
  readonly conditions?: PollerConditions;
  readonly random?: () => number;
  readonly pageSize?: number;
  readonly latencyMs?: number;
}

/** A poller at second 0, before its first request. */
export function open(options: SessionOptions = {}): Session {
  const { sandboxes = [sandbox({ id: 'a' })], conditions = watched, random = () => 0 } = options;
  const clock = new FakeClock();
  const source = new ScriptedSource(clock, sandboxes);
  source.pageSize = options.pageSize ?? source.pageSize;
  source.latencyMs = options.latencyMs ?? 0;
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  const told: ApiError[] = [];
  const onFailure = (error: ApiError): void => void told.push(error);
  const poller = new Poller({ source, store, clock, conditions, random, onFailure });
  return { clock, source, store, poller, told };
}

/** A poller after its first listing, with the recorded requests cleared. */
export async function started(options: SessionOptions = {}): Promise<Session> {
  const session = open(options);
  await session.clock.advance(0);
  session.source.take();
  return session;
}

export function ids({ store }: Session): readonly string[] {
  return [...store.current.rows.keys()].sort();
}

export function sandboxOf({ store }: Session, id: string): Sandbox | undefined {
  return store.current.rows.get(id)?.sandbox;
}

export function statusOf({ store }: Session): PanelSnapshot['status'] {
  return store.current.status;
}

/** The value of a promise if it has settled, else `open`. */
export async function soFar<T>(promise: Promise<T>): Promise<T | 'open'> {
  return await Promise.race([promise, settle().then(() => 'open' as const)]);
}

export const rejected = new ApiError('unauthenticated', 'invalid key', { status: 401 });
export const refused = new ApiError('network', 'connect ECONNREFUSED');
export const busy = (retryAfterMs: number): ApiError =>
  new ApiError('rateLimited', 'slow down', { status: 429, retryAfterMs });
export const isSuspended = ({ state }: Sandbox): boolean => state === 'suspended';
