import { inBackground } from '../kernel/unexpected';
import type { Clock } from '../kernel/time/clock';
import type { DisposableLike } from '../kernel/disposable';
import { ApiError, type ApiErrorKind } from '../kernel/errors';
import type { PublicDeadline } from './publicAccess';
import { retryDelay } from '../list/polling/schedule';
import type { PanelSnapshot } from '../list/store';

/** What is needed of the service for public access. */
export interface PublicAccessSource {
  /** Switches it off. Rejects with `ApiError`; of kind `notFound` when the sandbox is gone. */
  close(sandboxId: string): Promise<void>;
  /** Whether it is on now; false for a sandbox that is gone. Rejects with `ApiError`. */
  isPublic(sandboxId: string): Promise<boolean>;
}

export interface DueClosingsOptions {
  readonly source: PublicAccessSource;
  /** The deadlines that this account may close, as stored at this moment. */
  readonly mine: () => readonly PublicDeadline[];
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** How long after its time one is closed here: a window in the background leaves it to one in front. */
  readonly lagMs: () => number;
  readonly onDidClose: (deadline: PublicDeadline) => void;
  /** It was switched off by somebody else, or the sandbox ended; never of one that the service may not know yet. */
  readonly onOver: (deadline: PublicDeadline) => void;
  /** It could not be closed several times, of which nobody has been told; it is still tried. */
  readonly onStuck: (deadline: PublicDeadline, error: ApiError) => void;
  /** It could not be closed, and is tried again in `delayMs`. */
  readonly onRetry?: (deadline: PublicDeadline, error: ApiError, delayMs: number) => void;
}

/** The clocks are read this often: a timer stands still while the machine sleeps, a deadline does not. */
const longestSleepMs = 30_000;
/** Longest pause between two tries, unless the service asked for a longer one, or refuses. */
const longestRetryMs = 60_000;
/** The service is asked at most this often whether somebody else has closed one. */
const recheckIntervalMs = 60_000;
/** Retries of different ones come this far apart, as each may take three requests, and there may be many. */
const retriesApartMs = 4_000;
/** As many as this are asked about in `recheckIntervalMs`, whatever the list says of them; the others later. */
const mostRechecks = 10;
/**
 * A sandbox that no list has shown is taken for gone once it was missed for this long: one just made may be public before
 * the service finds it.
 */
const missedMs = 60_000;

/**
 * Failures that a repetition rarely cures. One of them alone proves nothing, since a gateway on the way may have answered
 * in the service's place.
 */
const refusals: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>([
  'unauthenticated',
  'forbidden',
  'invalid',
  'schema',
]);

/** The user is told at this failure in a row: the second refusal, or after about two minutes without the service. */
const tellAt = { refusal: 2, other: 6 } as const;

interface Tries {
  readonly closesAtMs: number;
  readonly failures: number;
  /** On the monotonic clock. */
  readonly notBeforeMs: number;
}

/** A deadline as it was first met here. */
interface Met {
  readonly closesAtMs: number;
  /** When it is up, on the clock that counts sleep. */
  readonly upAtMs: number;
}

/**
 * Closes public access when its time is up, for one session: at that time of day, or once as much time has passed as was
 * left when it was first met, so that a clock that is set back prolongs nothing. Tries until it is closed, whatever the
 * failure, and forgets what somebody else closed or ended.
 */
export class DueClosings implements DisposableLike {
  private timer: DisposableLike | undefined;
  private readonly busy = new Set<string>();
  private readonly tries = new Map<string, Tries>();
  private readonly met = new Map<string, Met>();
  private readonly recheckedAtMs = new Map<string, number>();
  private recentRechecksMs: readonly number[] = [];
  /** Sandboxes that a list has shown. */
  private readonly seen = new Set<string>();
  private readonly missedSinceMs = new Map<string, number>();
  private isOver = false;

  constructor(private readonly options: DueClosingsOptions) {}

  /** Closes what is due now, and sets a timer for the next deadline. */
  check(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.isOver) return;
    let nextInMs = Infinity;
    for (const deadline of this.options.mine()) {
      if (this.busy.has(deadline.sandboxId)) continue;
      const inMs = this.dueIn(deadline);
      if (inMs <= 0) inBackground(this.close(deadline));
      else nextInMs = Math.min(nextInMs, inMs);
    }
    if (nextInMs === Infinity) return;
    this.timer = this.options.clock.after(Math.min(nextInMs, longestSleepMs), () => this.check());
  }

  /**
   * Takes a listing. It may be older than the deadline, so a sandbox that it shows as not public is read by itself before
   * its deadline is forgotten.
   */
  observe({ status, rows, cut }: Pick<PanelSnapshot, 'status' | 'rows' | 'cut'>): void {
    if (status.kind !== 'fresh' || this.isOver) return;
    const nowMs = this.options.clock.monotonic();
    this.recentRechecksMs = this.recentRechecksMs.filter(atMs => nowMs - atMs < recheckIntervalMs);
    for (const deadline of this.longestUnasked()) {
      const row = rows.get(deadline.sandboxId);
      if (row && !row.isUnlisted) this.seen.add(deadline.sandboxId);
      // What a list lacks that is not whole may be in the rest of it.
      else if (cut !== undefined || this.mayAppear(deadline.sandboxId)) continue;
      const isChanging = row?.action !== undefined || row?.sandbox.state === 'pending';
      if (isChanging || this.busy.has(deadline.sandboxId)) continue;
      const isOpen = row?.sandbox.allowUnauthenticatedAccess === true && row.sandbox.state !== 'terminated';
      if (!isOpen) inBackground(this.recheck(deadline));
    }
  }

  private longestUnasked(): readonly PublicDeadline[] {
    const askedAtMs = ({ sandboxId }: PublicDeadline): number => this.recheckedAtMs.get(sandboxId) ?? 0;
    return this.options.mine().toSorted((a, b) => askedAtMs(a) - askedAtMs(b));
  }

  dispose(): void {
    this.isOver = true;
    this.timer?.dispose();
  }

  private dueIn(deadline: PublicDeadline): number {
    const { clock, lagMs } = this.options;
    const { sandboxId, closesAtMs } = deadline;
    const tries = this.tries.get(sandboxId);
    if (tries?.closesAtMs === closesAtMs) return tries.notBeforeMs - clock.monotonic();
    const { upAtMs } = this.meet(deadline);
    return Math.min(closesAtMs - clock.now(), upAtMs - clock.elapsed()) + lagMs();
  }

  private meet({ sandboxId, closesAtMs, setAtMs }: PublicDeadline): Met {
    const known = this.met.get(sandboxId);
    if (known?.closesAtMs === closesAtMs) return known;
    const { clock } = this.options;
    // One that is further away than when it was set was set before the clock was set back.
    const leftMs = closesAtMs - Math.max(clock.now(), setAtMs ?? -Infinity);
    const met = { closesAtMs, upAtMs: clock.elapsed() + leftMs };
    this.met.set(sandboxId, met);
    return met;
  }

  private async close(deadline: PublicDeadline): Promise<void> {
    const { sandboxId } = deadline;
    const { source, onDidClose, onOver } = this.options;
    this.busy.add(sandboxId);
    try {
      await source.close(sandboxId);
      this.tries.delete(sandboxId);
      if (!this.isOver) onDidClose(deadline);
    } catch (error) {
      if (this.isOver) return;
      const failure = ApiError.is(error) ? error : new ApiError('server', String(error));
      if (failure.kind === 'notFound' && !this.mayAppear(sandboxId)) {
        this.tries.delete(sandboxId);
        onOver(deadline);
        return;
      }
      this.planRetry(deadline, failure);
    } finally {
      this.busy.delete(sandboxId);
      this.check();
    }
  }

  /** Whether the service may not know a sandbox yet. Called where it is missed. */
  private mayAppear(sandboxId: string): boolean {
    if (this.seen.has(sandboxId)) return false;
    const nowMs = this.options.clock.monotonic();
    const sinceMs = this.missedSinceMs.get(sandboxId) ?? nowMs;
    this.missedSinceMs.set(sandboxId, sinceMs);
    return nowMs - sinceMs < missedMs;
  }

  private planRetry(deadline: PublicDeadline, failure: ApiError): void {
    const { sandboxId, closesAtMs } = deadline;
    const { clock, random, onStuck, onRetry } = this.options;
    const isRefusal = refusals.has(failure.kind);
    const before = this.tries.get(sandboxId);
    const failures = before?.closesAtMs === closesAtMs ? before.failures + 1 : 1;
    const backoff = retryDelay({ failures, jitter: random() });
    const wantedMs = Math.max(
      failure.retryAfterMs ?? 0,
      isRefusal ? backoff : Math.min(longestRetryMs, backoff),
    );
    const notBeforeMs = this.freeFrom(clock.monotonic() + wantedMs, sandboxId);
    const delayMs = notBeforeMs - clock.monotonic();
    this.tries.set(sandboxId, { closesAtMs, failures, notBeforeMs });
    onRetry?.(deadline, failure, delayMs);
    // One that this side cancelled says nothing of the service; it is only tried again, and not at once.
    const isTold = failures >= (isRefusal ? tellAt.refusal : tellAt.other);
    const isStuck = isTold && failure.kind !== 'cancelled';
    // A deadline with a failure is one of which the user was told, here or in another window.
    if (isStuck && deadline.failure === undefined) onStuck(deadline, failure);
  }

  /** The first time from then on that is not close to the next try of another one. */
  private freeFrom(atMs: number, sandboxId: string): number {
    const { mine } = this.options;
    const others = mine().flatMap(other =>
      other.sandboxId === sandboxId ? [] : (this.tries.get(other.sandboxId)?.notBeforeMs ?? []),
    );
    let freeMs = atMs;
    for (const otherMs of others.sort((a, b) => a - b))
      if (Math.abs(otherMs - freeMs) < retriesApartMs) freeMs = otherMs + retriesApartMs;
    return freeMs;
  }

  private async recheck(deadline: PublicDeadline): Promise<void> {
    const { sandboxId } = deadline;
    const { source, clock, onOver } = this.options;
    const nowMs = clock.monotonic();
    if (nowMs - (this.recheckedAtMs.get(sandboxId) ?? -Infinity) < recheckIntervalMs) return;
    if (this.recentRechecksMs.length >= mostRechecks) return;
    this.recheckedAtMs.set(sandboxId, nowMs);
    this.recentRechecksMs = [...this.recentRechecksMs, nowMs];
    try {
      if (!(await source.isPublic(sandboxId)) && !this.isOver) onOver(deadline);
    } catch {
      // Unknown is not closed: the deadline stays, and a later listing makes it be checked again.
    }
  }
}
