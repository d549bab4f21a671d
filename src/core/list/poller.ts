import type { Clock } from '../kernel/clock';
import { deferred, type Deferred } from '../kernel/async';
import type { DisposableLike } from '../kernel/disposable';
import { ApiError } from '../kernel/errors';
import { Followers, type FollowOutcome, type SettledTest } from './transitionWatcher';
import type { Sandbox } from '../sandbox/sandbox';
import { isHopeless, nextListingAt, planListing, retryOf, type ListConditions } from './schedule';
import { isTransitional } from '../sandbox/state';
import type { Failure } from './listStatus';
import type { SandboxStore } from './store';

export interface SandboxPage {
  readonly sandboxes: readonly Sandbox[];
  readonly nextCursor?: string;
  /** Rows of the page that could not be read. */
  readonly badRows: number;
}

/** Where sandboxes are read from. Both calls reject with `ApiError`. */
export interface SandboxSource {
  listPage(
    query: { readonly cursor?: string; readonly runningOnly?: boolean },
    signal: AbortSignal,
  ): Promise<SandboxPage>;
  get(id: string, signal: AbortSignal): Promise<Sandbox>;
}

/** What the surroundings allow: see the table of design section 6. */
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
/** Up to so many sandboxes are looked at one by one even where the whole list is fewer requests. */
const maxSingleLooks = 8;

/** What was read of the list. */
interface Listing {
  readonly sandboxes: readonly Sandbox[];
  readonly pages: number;
  readonly badRows: number;
  /** False when the pages did not come to an end, so that what is missing may well exist. */
  readonly isComplete: boolean;
}

/**
 * Keeps the store up to date for one session: one request in flight, chained timeouts, and a closer look at
 * sandboxes that are about to change. Ends for good on dispose.
 */
export class Poller implements DisposableLike {
  private readonly abort = new AbortController();
  private readonly followers: Followers;
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
  /** Until when the server asked to be left alone; only the user goes against it. */
  private quietUntilMs = 0;

  constructor(private readonly options: PollerOptions) {
    this.conditions = options.conditions;
    this.followers = new Followers(options.clock);
    this.plan();
  }

  /** Tells the poller that the window or the view came to the front or left it, or that the interval changed. */
  setConditions(conditions: PollerConditions): void {
    if (this.isOver()) return;
    const cameIntoView = conditions.visible && !this.conditions.visible;
    if (cameIntoView && this.lastFullPages > 1) this.lastFullAtMs = undefined;
    this.conditions = conditions;
    if (this.lastError) this.options.store.setRetry(retryOf(this.listConditions(), this.options.clock.now()));
    this.plan();
  }

  /**
   * Reads the whole list now. Calls made while one is under way share the next. Never rejects: a failure is in the
   * store.
   */
  refresh(): Promise<void> {
    if (this.isOver()) return Promise.resolve();
    this.asked ??= deferred<undefined>();
    const { promise } = this.asked;
    this.plan();
    return promise;
  }

  /** Looks at a sandbox closely until `isSettled` accepts it, it is gone, or it takes longer than followers wait. */
  follow(id: string, isSettled: SettledTest): Promise<FollowOutcome> {
    if (this.isOver()) return Promise.resolve({ kind: 'stopped' });
    const outcome = this.followers.wait(id, isSettled);
    this.plan();
    return outcome;
  }

  /** Takes news that a command's answer brought, and watches what they set going. */
  learn(sandboxes: readonly Sandbox[]): void {
    if (this.isOver()) return;
    this.options.store.upsert(sandboxes, this.options.clock.now());
    this.watchTransitions(sandboxes);
    this.plan();
  }

  dispose(): void {
    if (this.isOver()) return;
    this.abort.abort();
    this.timer?.dispose();
    this.followers.stopAll();
    this.asked?.resolve(undefined);
    this.asked = undefined;
  }

  private isOver(): boolean {
    return this.abort.signal.aborted;
  }

  private plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.isBusy || this.isOver()) return;
    const dueAt = Math.min(this.listingDueAt() ?? Infinity, this.lookDueAt() ?? Infinity);
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

  private lookDueAt(): number | undefined {
    return this.followers.nextLookAt(this.conditions.focused);
  }

  private async tick(): Promise<void> {
    this.isBusy = true;
    try {
      const now = this.options.clock.now();
      const listingDueAt = this.listingDueAt();
      if (listingDueAt !== undefined && listingDueAt <= now) await this.list();
      else await this.look();
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
    // The looks at the end of a tick are part of it: however long they take, a pause follows.
    this.lastEndedAtMs = clock.now();
    asked?.resolve(undefined);
  }

  private async listEverything(): Promise<void> {
    const { store, clock } = this.options;
    const startedAtMs = clock.now();
    const isFirst = store.current.status.kind === 'loading';
    let shown = 0;
    const listing = await this.readPages(false, sandboxes => {
      // Drawing at each of many pages would cost as much as their square.
      if (!isFirst || sandboxes.length < 2 * shown) return;
      store.upsert(sandboxes.slice(shown), clock.now());
      shown = sandboxes.length;
    });
    if (this.isOver()) return;
    this.succeeded();
    const { sandboxes, pages, badRows, isComplete } = listing;
    const now = clock.now();
    if (isComplete) store.applyListing(sandboxes, startedAtMs, now, badRows);
    else store.upsert(sandboxes, now, { kind: 'fresh', atMs: now });
    this.lastFullAtMs = now;
    this.lastFullPages = pages;
    this.watchTransitions(sandboxes);
    this.followers.forgetAllBut(store.current.rows);
  }

  /** The cheap tick of a long list: who runs, and a look at each one that stopped running or is in between. */
  private async listRunning(): Promise<void> {
    const { store, clock } = this.options;
    const { sandboxes } = await this.readPages(true);
    if (this.isOver()) return;
    this.succeeded();
    const running = new Set(sandboxes.map(sandbox => sandbox.id));
    const now = clock.now();
    store.upsert(sandboxes, now, { kind: 'fresh', atMs: now });
    this.watchTransitions(sandboxes);
    const doubtful = [...store.current.rows.values()]
      .map(row => row.sandbox)
      .filter(({ id, state }) => !running.has(id) && (state === 'running' || isTransitional(state)));
    await this.lookAtAll(doubtful.map(({ id }) => id));
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
      if (this.isOver()) break;
      pages += 1;
      badRows += page.badRows;
      sandboxes.push(...page.sandboxes);
      onPage(sandboxes);
      cursor = page.nextCursor;
      if (cursor !== undefined && seen.has(cursor)) break;
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined && pages < maxPages);
    return { sandboxes, pages, badRows, isComplete: cursor === undefined };
  }

  private async look(): Promise<void> {
    const ids = this.followers.due(this.options.clock.now(), this.conditions.focused);
    try {
      await this.lookAtAll(ids);
    } catch (error) {
      this.fail(error);
    }
    this.followers.looked(ids);
  }

  /** Reads these sandboxes, or the whole list where that is fewer requests. */
  private async lookAtAll(ids: readonly string[]): Promise<void> {
    if (ids.length > Math.max(maxSingleLooks, this.lastFullPages)) await this.listEverything();
    else for (const id of ids) await this.lookAt(id);
  }

  /**
   * Reads one sandbox. What may pass by itself, or be so for this one only, is left to the next look; a rejected key
   * ends them all.
   */
  private async lookAt(id: string): Promise<void> {
    const { source, store, clock } = this.options;
    if (this.isOver() || clock.now() < this.quietUntilMs) return;
    try {
      const sandbox = await source.get(id, this.abort.signal);
      if (this.isOver()) return;
      store.upsert([sandbox], clock.now());
      this.watchTransitions([sandbox]);
    } catch (error) {
      if (this.isOver()) return;
      if (ApiError.is(error, 'notFound')) {
        store.remove(id);
        this.followers.gone(id);
      } else if (!ApiError.is(error) || error.kind === 'unauthenticated') throw error;
      else this.keepQuietAfter(error);
    }
  }

  private watchTransitions(sandboxes: readonly Sandbox[]): void {
    for (const sandbox of sandboxes) this.followers.saw(sandbox);
  }

  /** A listing was read: no failure before it counts any more. */
  private succeeded(): void {
    this.failures = 0;
    this.lastError = undefined;
    this.lastEndedAtMs = this.options.clock.now();
    this.quietUntilMs = 0;
  }

  private fail(error: unknown): void {
    if (this.isOver()) return;
    const { store, clock, onFailure } = this.options;
    this.lastError = ApiError.is(error) ? error : new ApiError('schema', String(error), { cause: error });
    this.failures += 1;
    this.lastEndedAtMs = clock.now();
    const failure: Failure = { kind: this.lastError.kind, message: this.lastError.message };
    this.keepQuietAfter(this.lastError);
    if (isHopeless(failure.kind)) this.followers.stopAll();
    store.fail(failure, retryOf(this.listConditions(), clock.now()));
    onFailure?.(this.lastError);
  }

  private keepQuietAfter({ retryAfterMs = 0 }: ApiError): void {
    this.quietUntilMs = Math.max(this.quietUntilMs, this.options.clock.now() + retryAfterMs);
  }
}
