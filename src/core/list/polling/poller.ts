import type { Clock } from '../../kernel/time/clock';
import type { DisposableLike } from '../../kernel/disposable';
import { ApiError } from '../../kernel/errors';
import { listBounds, requestBounds } from '../../kernel/listBounds';
import { eachInSteps, inTurns } from '../../kernel/steps';
import type { Sandbox } from '../../sandbox/sandbox';
import { fullListingAt, isHopeless, nextListingAt, type ListConditions } from './schedule';
import { isTransitional } from '../../sandbox/state';
import { ListingTimes } from './listingTimes';
import { apiErrorOf, failureOf, type ListCut } from '../listStatus';
import { type PageReader, readPages, type SandboxSource } from './pageReading';
import { RequestBudget, type RequestPurpose } from './requestBudget';
import { type Round, Rounds } from './rounds';
import type { SandboxStore } from '../store';
import { type FollowOutcome, type SettledTest, TransitionWatcher, watchedSandbox } from './transitionWatcher';
import { isolated, onUnexpectedError } from '../../kernel/unexpected';

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
  /** What all that goes on in the background of the session shares; the poller's own by default. */
  readonly budget?: RequestBudget;
}

/** This many sandboxes are polled one by one even if the whole list takes fewer requests. */
const maxSinglePolls = 8;

/** What a listing reads: all sandboxes, or those that run. */
type ListingKind = 'full' | 'running';

/**
 * Keeps the store up to date for one session: one request in flight, chained timeouts, and more frequent reads of the
 * sandboxes that are in a transition. Ends for good on dispose.
 */
export class Poller implements DisposableLike {
  private readonly watcher: TransitionWatcher<Sandbox>;
  private conditions: PollerConditions;
  private timer: DisposableLike | undefined;
  private isDisposed = false;
  private readonly rounds = new Rounds();
  private readonly times: ListingTimes;
  private lastFullPages = 0;
  private failures = 0;
  private lastError: ApiError | undefined;
  /** Whether the window came to the front again since the last listing began. */
  private hasReturned = false;
  private jitter = 0;
  /** Until when listings are not begun again in the background, because the last one met a bound. */
  private readonly heldUntilMs: Record<ListingKind, number> = { full: 0, running: 0 };
  private runningPages = 1;
  private readonly budget: RequestBudget;
  /** Until when the server asked for no requests; only a refresh that the user asks for is sent before. */
  private quietUntilMs = 0;

  constructor(private readonly options: PollerOptions) {
    this.conditions = options.conditions;
    this.times = new ListingTimes(options.clock);
    this.watcher = new TransitionWatcher(options.clock, watchedSandbox);
    this.budget = options.budget ?? new RequestBudget(options.clock);
    this.plan();
  }

  /** When the list was read last without a failure, as `Clock.elapsed` has it. */
  get listedAtMs(): number | undefined {
    return this.times.listedAtMs;
  }

  /** Takes a change of focus, visibility or interval. */
  setConditions(conditions: PollerConditions): void {
    if (this.isDisposed) return;
    const cameIntoView = conditions.visible && !this.conditions.visible;
    if (cameIntoView && this.isLong()) this.times.forgetFull();
    if (conditions.focused && !this.conditions.focused) this.hasReturned = true;
    this.conditions = conditions;
    if (this.lastError)
      this.options.store.setRetry(this.times.retryOf(this.listConditions(), this.quietUntilMs));
    this.plan();
  }

  /**
   * Reads the whole list now. Calls made while it is being read for the user share the next reading. Never rejects: a
   * failure is put into the store. For the user it waits for no other request, however long that takes.
   *
   * @param asker one in the background is not obeyed while a listing that met a bound is not to be begun again, nor beyond
   * the requests of a minute
   */
  refresh(asker: 'user' | 'background' = 'user'): Promise<void> {
    if (this.isDisposed) return Promise.resolve();
    if (asker === 'background') {
      if (this.left('listing') === 0 || this.isHeld('full')) return Promise.resolve();
      if (!this.rounds.isAsked) this.spend();
    }
    const answered = this.rounds.ask(asker === 'user');
    this.plan();
    return answered;
  }

  /** Polls a sandbox until `isSettled` accepts it, it is gone, or it takes longer than `boundMs`, or `followBoundMs`. */
  follow(id: string, isSettled: SettledTest, boundMs?: number): Promise<FollowOutcome> {
    if (this.isDisposed) return Promise.resolve({ kind: 'stopped' });
    const outcome = this.watcher.wait(id, isSettled, boundMs);
    this.plan();
    return outcome;
  }

  /** Takes sandboxes from the answer to a command, and watches those that are in a transition now. */
  applyUpdate(sandboxes: readonly Sandbox[]): void {
    if (this.isDisposed) return;
    this.options.store.upsert(sandboxes, this.options.clock.now());
    this.watchTransitions(sandboxes);
    this.plan();
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.timer?.dispose();
    this.watcher.stopAll();
    this.rounds.dispose();
  }

  private plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.isDisposed) return;
    const { isUnderWay, isAsked } = this.rounds;
    const dueAtMs = isUnderWay
      ? this.rounds.overtakenAt()
      : Math.max(this.nextDueAt(), isAsked ? 0 : this.quietUntilMs);
    if (dueAtMs === undefined || dueAtMs === Infinity) return;
    const act = (): void => {
      if (!isUnderWay) return void this.tick();
      this.rounds.overtake();
      this.plan();
    };
    this.timer = this.times.wait(dueAtMs, act, () => this.plan());
  }

  private nextDueAt(): number {
    return Math.min(this.listingDueAt() ?? Infinity, this.pollDueAt() ?? Infinity);
  }

  /** When a listing is due, on the monotonic clock, as everything else here that is compared. */
  private listingDueAt(): number | undefined {
    if (this.rounds.isAsked) return 0;
    const dueAtMs = nextListingAt(this.listConditions());
    if (dueAtMs === undefined) return undefined;
    const fullAtMs = Math.max(dueAtMs, this.fullAt());
    const running = this.freeAt('listing', Math.min(this.runningPages, requestBounds.least));
    const runningAtMs = this.isLong() ? Math.max(dueAtMs, this.heldUntilMs.running, running) : Infinity;
    return Math.max(Math.min(fullAtMs, runningAtMs), this.freeAt('listing'));
  }

  /** When the whole list may be read in the background. */
  private fullAt(): number {
    const { lastFullPages, conditions, times } = this;
    const last = { lastFullAtMs: times.fullAtMs, lastFullPages, conditions };
    return Math.max(this.heldUntilMs.full, fullListingAt(last));
  }

  private isLong(): boolean {
    return this.lastFullPages > 1;
  }

  private isHeld(kind: ListingKind): boolean {
    return this.options.clock.monotonic() < this.heldUntilMs[kind];
  }

  private inTransition(): number {
    return this.watcher.polledCount(!this.conditions.focused);
  }

  private left(purpose: RequestPurpose): number {
    return this.budget.left(purpose, this.inTransition());
  }

  private freeAt(purpose: RequestPurpose, count = 1): number {
    return this.budget.freeAt(purpose, this.inTransition(), count);
  }

  private spend(): void {
    this.budget.spend(this.inTransition());
  }

  private listConditions(): ListConditions {
    const lastEndedAtMs = this.times.endedAtMs;
    return {
      ...this.conditions,
      ...(lastEndedAtMs !== undefined && { lastEndedAtMs }),
      failures: this.failures,
      ...(this.lastError && { lastFailure: this.lastError.kind }),
      ...(this.lastError?.retryAfterMs !== undefined && { retryAfterMs: this.lastError.retryAfterMs }),
      isLong: this.isLong(),
      jitter: this.jitter,
      hasReturned: this.hasReturned,
    };
  }

  private pollDueAt(): number | undefined {
    const dueAtMs = this.watcher.nextPollAt(!this.conditions.focused);
    return dueAtMs === undefined ? undefined : Math.max(dueAtMs, this.freeAt('poll'));
  }

  private async tick(): Promise<void> {
    const now = this.options.clock.monotonic();
    const round = this.rounds.begin(now);
    try {
      const listingDueAt = this.listingDueAt();
      if (listingDueAt !== undefined && listingDueAt <= now) await this.list(round);
      else await this.pollDue(round);
    } catch (error) {
      // Whatever is wrong with one round, there is a next one.
      onUnexpectedError(error);
    } finally {
      if (this.rounds.end(round)) this.plan();
    }
  }

  private async list(round: Round): Promise<void> {
    const { clock, random } = this.options;
    const isAsked = this.rounds.answer();
    this.hasReturned = false;
    this.jitter = random();
    try {
      if (isAsked || clock.monotonic() >= this.fullAt()) await this.listEverything(round, isAsked);
      else await this.listRunning(round);
    } catch (error) {
      this.fail(round, error);
    }
    // The polls at the end of a tick are part of it: however long they take, a pause follows.
    if (!round.signal.aborted) this.times.end();
  }

  /** @param isAsked whether the user asked for it, so that it does not count as work in the background */
  private async listEverything(round: Round, isAsked = false): Promise<void> {
    const { store, clock } = this.options;
    const begunAtMs = this.times.begin();
    const isFirst = store.current.status.kind === 'loading';
    // The pages of a full listing count as one request.
    if (!isAsked) this.spend();
    let shown = 0;
    let read: Sandbox[] = [];
    const listing = await readPages(this.pageReader(round, false), listBounds.pages, (page, count) => {
      round.heardAtMs = clock.monotonic();
      if (this.rounds.isAsked) this.plan();
      if (!isFirst) return;
      for (const sandbox of page) read.push(sandbox);
      // Updating the store after each of many pages would cost their number squared.
      if (count < 2 * shown) return;
      // What this listing brought later is newer.
      store.upsert(read, begunAtMs());
      shown = count;
      read = [];
    });
    if (round.signal.aborted) return;
    this.succeeded();
    const { sandboxes, pages, badRows, cut } = listing;
    const applying = cut
      ? store.applyingPart(sandboxes, begunAtMs(), () => clock.now(), { badRows, cut })
      : store.applyingListing(sandboxes, begunAtMs(), () => clock.now(), badRows);
    if (!(await inTurns(applying, clock, round.signal))) return;
    this.times.endFull();
    this.lastFullPages = pages;
    this.holdAfter('full', cut);
    const watching = eachInSteps(sandboxes, sandbox => this.watcher.observe(sandbox));
    if (!(await inTurns(watching, clock, round.signal))) return;
    this.watcher.forgetAllBut(store.current.rows);
  }

  /** The cheap tick of a long list: which sandboxes run, and each one that stopped running or is in a transition. */
  private async listRunning(round: Round): Promise<void> {
    const { store, clock } = this.options;
    const begunAtMs = this.times.begin();
    const { sandboxes, pages, cut } = await readPages(this.pageReader(round, true), listBounds.runningPages);
    if (round.signal.aborted) return;
    this.succeeded();
    this.runningPages = pages;
    this.holdAfter('running', cut);
    const applying = store.applyingPart(sandboxes, begunAtMs(), () => clock.now());
    if (!(await inTurns(applying, clock, round.signal))) return;
    this.watchTransitions(sandboxes);
    const running = new Set(sandboxes.map(sandbox => sandbox.id));
    const uncertain: string[] = [];
    for (const [id, { sandbox }] of store.current.rows) {
      // Of a listing that is not whole, nothing follows for those that it lacks.
      const mayHaveStopped = sandbox.state === 'running' && cut === undefined;
      if (!running.has(id) && (mayHaveStopped || isTransitional(sandbox.state))) uncertain.push(id);
    }
    await this.pollAll(round, uncertain);
  }

  private pageReader({ signal }: Round, runningOnly: boolean): PageReader {
    const { source, store, clock } = this.options;
    return {
      clock,
      signal,
      read: async cursor => {
        if (runningOnly) this.spend();
        const query = { ...(cursor !== undefined && { cursor }), ...(runningOnly && { runningOnly }) };
        const page = await source.listPage(query, signal);
        return { ...page, sandboxes: store.recognize(page.sandboxes) };
      },
    };
  }

  private holdAfter(kind: ListingKind, cut: ListCut | undefined): void {
    const isBound = cut !== undefined && cut !== 'cursor';
    this.heldUntilMs[kind] = isBound ? this.options.clock.monotonic() + listBounds.holdMs : 0;
  }

  private async pollDue(round: Round): Promise<void> {
    const ids = this.watcher.due(this.options.clock.monotonic(), !this.conditions.focused);
    let polled = ids;
    try {
      polled = await this.pollAll(round, ids);
    } catch (error) {
      this.fail(round, error);
    }
    this.watcher.polled(polled);
  }

  /**
   * Reads these sandboxes, or the whole list where that is fewer requests; as many of them as may be read now.
   *
   * @returns those that were read
   */
  private async pollAll(round: Round, ids: readonly string[]): Promise<readonly string[]> {
    const left = this.left('poll');
    if (ids.length > Math.min(left, Math.max(maxSinglePolls, this.lastFullPages)) && !this.isHeld('full')) {
      if (this.left('listing') === 0) return [];
      await this.listEverything(round);
      return ids;
    }
    const polled = ids.slice(0, left);
    for (const id of polled) if (!round.signal.aborted) await this.pollOne(round, id);
    return polled;
  }

  /**
   * Reads one sandbox. A failure that may pass, or that concerns this one only, is left to the next poll; a rejected key
   * ends them all.
   */
  private async pollOne({ signal }: Round, id: string): Promise<void> {
    const { source, store, clock } = this.options;
    if (clock.monotonic() < this.quietUntilMs) return;
    this.spend();
    try {
      const sandbox = await source.get(id, signal);
      // An answer about another one says nothing of this one.
      if (signal.aborted || sandbox.id !== id) return;
      store.upsert([sandbox], clock.now());
      this.watchTransitions([sandbox]);
    } catch (error) {
      if (signal.aborted) return;
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
    this.times.succeed();
    this.quietUntilMs = 0;
  }

  private fail({ signal }: Round, error: unknown): void {
    if (signal.aborted) return;
    const { store, onFailure } = this.options;
    this.lastError = apiErrorOf(error);
    this.failures += 1;
    this.times.end();
    const failure = failureOf(error);
    this.keepQuietAfter(this.lastError);
    if (isHopeless(failure.kind)) this.watcher.stopAll();
    store.fail(failure, this.times.retryOf(this.listConditions(), this.quietUntilMs));
    const failed = this.lastError;
    isolated(() => onFailure?.(failed), undefined);
  }

  private keepQuietAfter({ retryAfterMs = 0 }: ApiError): void {
    this.quietUntilMs = Math.max(this.quietUntilMs, this.options.clock.monotonic() + retryAfterMs);
  }
}
