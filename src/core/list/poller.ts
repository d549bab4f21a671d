import type { Clock } from '../kernel/clock';
import { deferred, type Deferred } from '../kernel/async';
import type { DisposableLike } from '../kernel/disposable';
import { ApiError } from '../kernel/errors';
import type { Sandbox } from '../sandbox/sandbox';
import { isHopeless, nextListingAt, planListing, retryOf, type ListConditions } from './schedule';
import { isTransitional } from '../sandbox/state';
import { type Failure, refuseUnreadable } from './listStatus';
import type { SandboxStore } from './store';
import { type FollowOutcome, type SettledTest, TransitionWatcher, watchedSandbox } from './transitionWatcher';

/** One page of a list. @internal */
export interface SandboxPage {
  readonly sandboxes: readonly Sandbox[];
  readonly nextCursor?: string;
  /** Rows of the page that could not be read. */
  readonly badRows: number;
}

/** Reads sandboxes. Both methods reject with `ApiError`. */
export interface SandboxSource {
  listPage(
    query: { readonly cursor?: string; readonly runningOnly?: boolean },
    signal: AbortSignal,
  ): Promise<SandboxPage>;
  get(id: string, signal: AbortSignal): Promise<Sandbox>;
}

/** What the interval depends on: focus, visibility, the setting. */
export type PollerConditions = Pick<ListConditions, 'focused' | 'visible' | 'intervalMs'>;

export interface PollerOptions {
  readonly source: SandboxSource;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly conditions: PollerConditions;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly onFailure?: (error: ApiError) => void;
}

/** Pages a listing may have before it counts as endless. */
const maxPages = 10_000;
/** This many sandboxes are polled one by one even if the whole list takes fewer requests. */
const maxSinglePolls = 8;

/** The result of reading the list. */
interface Listing {
  readonly sandboxes: readonly Sandbox[];
  readonly pages: number;
  readonly badRows: number;
  /** False if the last page was not reached, so that missing sandboxes may still exist. */
  readonly isComplete: boolean;
}

/**
 * Keeps the store up to date for one session: one request in flight, chained timeouts, and more frequent reads of the
 * sandboxes that are in a transition. Ends for good on dispose.
 */
export class Poller implements DisposableLike {
  private readonly abort = new AbortController();
  private readonly watcher: TransitionWatcher<Sandbox>;
  private conditions: PollerConditions;
  private timer: DisposableLike | undefined;
  private isBusy = false;
  private asked: Deferred<undefined> | undefined;
  private lastEndedAtMs: number | undefined;
  private lastFullAtMs: number | undefined;
  private lastFullPages = 0;
  private failures = 0;
  private lastError: ApiError | undefined;
  private jitter = 0;
  /** Until when the server asked for no requests; only a refresh that the user asks for is sent before. */
  private quietUntilMs = 0;

  constructor(private readonly options: PollerOptions) {
    this.conditions = options.conditions;
    this.watcher = new TransitionWatcher(options.clock, watchedSandbox);
    this.plan();
  }

  /** Takes a change of focus, visibility or interval. */
  setConditions(conditions: PollerConditions): void {
    if (this.isDisposed()) return;
    const cameIntoView = conditions.visible && !this.conditions.visible;
    if (cameIntoView && this.lastFullPages > 1) this.lastFullAtMs = undefined;
    this.conditions = conditions;
    if (this.lastError) this.options.store.setRetry(retryOf(this.listConditions(), this.options.clock.now()));
    this.plan();
  }

  /**
   * Reads the whole list now. Calls made while it is being read share the next reading. Never rejects: a failure is put
   * into the store.
   */
  refresh(): Promise<void> {
    if (this.isDisposed()) return Promise.resolve();
    this.asked ??= deferred<undefined>();
    const { promise } = this.asked;
    this.plan();
    return promise;
  }

  /** Polls a sandbox until `isSettled` accepts it, it is gone, or it takes longer than `boundMs`, or `followBoundMs`. */
  follow(id: string, isSettled: SettledTest, boundMs?: number): Promise<FollowOutcome> {
    if (this.isDisposed()) return Promise.resolve({ kind: 'stopped' });
    const outcome = this.watcher.wait(id, isSettled, boundMs);
    this.plan();
    return outcome;
  }

  /** Takes sandboxes from the answer to a command, and watches those that are in a transition now. */
  applyUpdate(sandboxes: readonly Sandbox[]): void {
    if (this.isDisposed()) return;
    this.options.store.upsert(sandboxes, this.options.clock.now());
    this.watchTransitions(sandboxes);
    this.plan();
  }

  dispose(): void {
    if (this.isDisposed()) return;
    this.abort.abort();
    this.timer?.dispose();
    this.watcher.stopAll();
    this.asked?.resolve(undefined);
    this.asked = undefined;
  }

  private isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  private plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.isBusy || this.isDisposed()) return;
    const dueAt = Math.min(this.listingDueAt() ?? Infinity, this.pollDueAt() ?? Infinity);
    if (dueAt === Infinity) return;
    const at = this.asked ? dueAt : Math.max(dueAt, this.quietUntilMs);
    this.timer = this.options.clock.after(Math.max(0, at - this.options.clock.now()), () => void this.tick());
  }

  private listingDueAt(): number | undefined {
    return this.asked ? 0 : nextListingAt(this.listConditions());
  }

  private listConditions(): ListConditions {
    return {
      ...this.conditions,
      ...(this.lastEndedAtMs !== undefined && { lastEndedAtMs: this.lastEndedAtMs }),
      failures: this.failures,
      ...(this.lastError && { lastFailure: this.lastError.kind }),
      ...(this.lastError?.retryAfterMs !== undefined && { retryAfterMs: this.lastError.retryAfterMs }),
      isLong: this.lastFullPages > 1,
      jitter: this.jitter,
    };
  }

  private pollDueAt(): number | undefined {
    return this.watcher.nextPollAt(!this.conditions.focused);
  }

  private async tick(): Promise<void> {
    this.isBusy = true;
    try {
      const now = this.options.clock.now();
      const listingDueAt = this.listingDueAt();
      if (listingDueAt !== undefined && listingDueAt <= now) await this.list();
      else await this.pollDue();
    } finally {
      this.isBusy = false;
      this.plan();
    }
  }

  private async list(): Promise<void> {
    const { clock, random } = this.options;
    const { asked } = this;
    this.asked = undefined;
    this.jitter = random();
    const plan = planListing({
      asked: asked !== undefined,
      nowMs: clock.now(),
      lastFullAtMs: this.lastFullAtMs,
      lastFullPages: this.lastFullPages,
      conditions: this.conditions,
    });
    try {
      if (plan === 'full') await this.listEverything();
      else await this.listRunning();
    } catch (error) {
      this.fail(error);
    }
    // The polls at the end of a tick are part of it: however long they take, a pause follows.
    this.lastEndedAtMs = clock.now();
    asked?.resolve(undefined);
  }

  private async listEverything(): Promise<void> {
    const { store, clock } = this.options;
    const startedAtMs = clock.now();
    const isFirst = store.current.status.kind === 'loading';
    let shown = 0;
    const listing = await this.readPages(false, sandboxes => {
      // Updating the store after each of many pages would cost their number squared.
      if (!isFirst || sandboxes.length < 2 * shown) return;
      store.upsert(sandboxes.slice(shown), clock.now());
      shown = sandboxes.length;
    });
    if (this.isDisposed()) return;
    this.succeeded();
    const { sandboxes, pages, badRows, isComplete } = listing;
    const now = clock.now();
    if (isComplete) store.applyListing(sandboxes, startedAtMs, now, badRows);
    else store.upsert(sandboxes, now, { kind: 'fresh', atMs: now });
    this.lastFullAtMs = now;
    this.lastFullPages = pages;
    this.watchTransitions(sandboxes);
    this.watcher.forgetAllBut(store.current.rows);
  }

  /** The cheap tick of a long list: which sandboxes run, and each one that stopped running or is in a transition. */
  private async listRunning(): Promise<void> {
    const { store, clock } = this.options;
    const { sandboxes } = await this.readPages(true);
    if (this.isDisposed()) return;
    this.succeeded();
    const running = new Set(sandboxes.map(sandbox => sandbox.id));
    const now = clock.now();
    store.upsert(sandboxes, now, { kind: 'fresh', atMs: now });
    this.watchTransitions(sandboxes);
    const uncertain = [...store.current.rows.values()]
      .map(row => row.sandbox)
      .filter(({ id, state }) => !running.has(id) && (state === 'running' || isTransitional(state)));
    await this.pollAll(uncertain.map(({ id }) => id));
  }

  /** @param onPage is told of all sandboxes read so far, after each page */
  private async readPages(
    runningOnly: boolean,
    onPage: (sandboxes: readonly Sandbox[]) => void = () => undefined,
  ): Promise<Listing> {
    const sandboxes: Sandbox[] = [];
    const seen = new Set<string>();
    let cursor: string | undefined;
    let badRows = 0;
    let pages = 0;
    do {
      const page = await this.options.source.listPage(
        { ...(cursor !== undefined && { cursor }), ...(runningOnly && { runningOnly }) },
        this.abort.signal,
      );
      if (this.isDisposed()) break;
      pages += 1;
      badRows += page.badRows;
      sandboxes.push(...page.sandboxes);
      onPage(sandboxes);
      cursor = page.nextCursor;
      if (cursor !== undefined && seen.has(cursor)) break;
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined && pages < maxPages);
    refuseUnreadable(sandboxes.length, badRows);
    return { sandboxes, pages, badRows, isComplete: cursor === undefined };
  }

  private async pollDue(): Promise<void> {
    const ids = this.watcher.due(this.options.clock.now(), !this.conditions.focused);
    try {
      await this.pollAll(ids);
    } catch (error) {
      this.fail(error);
    }
    this.watcher.polled(ids);
  }

  /** Reads these sandboxes, or the whole list where that is fewer requests. */
  private async pollAll(ids: readonly string[]): Promise<void> {
    if (ids.length > Math.max(maxSinglePolls, this.lastFullPages)) await this.listEverything();
    else for (const id of ids) await this.pollOne(id);
  }

  /**
   * Reads one sandbox. A failure that may pass, or that concerns this one only, is left to the next poll; a rejected key
   * ends them all.
   */
  private async pollOne(id: string): Promise<void> {
    const { source, store, clock } = this.options;
    if (this.isDisposed() || clock.now() < this.quietUntilMs) return;
    try {
      const sandbox = await source.get(id, this.abort.signal);
      if (this.isDisposed()) return;
      store.upsert([sandbox], clock.now());
      this.watchTransitions([sandbox]);
    } catch (error) {
      if (this.isDisposed()) return;
      if (ApiError.is(error, 'notFound')) {
        store.remove(id);
        this.watcher.gone(id);
      } else if (!ApiError.is(error) || error.kind === 'unauthenticated') throw error;
      else this.keepQuietAfter(error);
    }
  }

  private watchTransitions(sandboxes: readonly Sandbox[]): void {
    for (const sandbox of sandboxes) this.watcher.observe(sandbox);
  }

  /** A listing was read, which ends a series of failures. */
  private succeeded(): void {
    this.failures = 0;
    this.lastError = undefined;
    this.lastEndedAtMs = this.options.clock.now();
    this.quietUntilMs = 0;
  }

  private fail(error: unknown): void {
    if (this.isDisposed()) return;
    const { store, clock, onFailure } = this.options;
    this.lastError = ApiError.is(error) ? error : new ApiError('schema', String(error), { cause: error });
    this.failures += 1;
    this.lastEndedAtMs = clock.now();
    const failure: Failure = { kind: this.lastError.kind, message: this.lastError.message };
    this.keepQuietAfter(this.lastError);
    if (isHopeless(failure.kind)) this.watcher.stopAll();
    store.fail(failure, retryOf(this.listConditions(), clock.now()));
    onFailure?.(this.lastError);
  }

  private keepQuietAfter({ retryAfterMs = 0 }: ApiError): void {
    this.quietUntilMs = Math.max(this.quietUntilMs, this.options.clock.now() + retryAfterMs);
  }
}
