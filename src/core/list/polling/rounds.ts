import { deferred, type Deferred } from '../../kernel/async';
import type { DisposableLike } from '../../kernel/disposable';

/** A refresh that was asked for, and who waits for its end. */
interface Asked extends Deferred<undefined> {
  readonly isByUser: boolean;
}

/** Requests that follow one another. */
export interface Round {
  /** Aborted when a refresh of the user takes its place: what it brings then counts for nothing. */
  readonly signal: AbortSignal;
  /** When it began, or was last answered; the caller keeps it. */
  heardAtMs: number;
}

/**
 * How long a refresh of the user waits for an answer to the one before, in milliseconds. It waits for nothing else: what
 * goes on in the background ends at once.
 */
const patienceMs = 3000;

/** One round of requests at a time, and the refreshes that were asked for. Whoever asks is answered, whatever happens. */
export class Rounds implements DisposableLike {
  private current: Round | undefined;
  private abort = new AbortController();
  /** What the current round answers, and what the next one will. */
  private answering: Asked | undefined;
  private asked: Asked | undefined;

  get isUnderWay(): boolean {
    return this.current !== undefined;
  }

  /** Whether a refresh was asked for that has not begun. */
  get isAsked(): boolean {
    return this.asked !== undefined;
  }

  /** Resolves after the next round that is a listing. */
  ask(isByUser: boolean): Promise<undefined> {
    const { promise, resolve } = this.asked ?? deferred<undefined>();
    this.asked = { promise, resolve, isByUser: isByUser || this.asked?.isByUser === true };
    return promise;
  }

  begin(nowMs: number): Round {
    this.abort = new AbortController();
    this.current = { signal: this.abort.signal, heardAtMs: nowMs };
    return this.current;
  }

  /** The current round is a listing: it answers those who asked so far. True when somebody did. */
  answer(): boolean {
    this.answering = this.asked;
    this.asked = undefined;
    return this.answering !== undefined;
  }

  /** When a refresh that the user asked for takes the place of the current round, in milliseconds, if it does. */
  overtakenAt(): number | undefined {
    if (!this.current || !this.asked?.isByUser) return undefined;
    return this.answering?.isByUser ? this.current.heardAtMs + patienceMs : -Infinity;
  }

  /** Ends the current round. Those it was to answer are answered by the next. */
  overtake(): void {
    this.abort.abort();
    const { answering } = this;
    if (answering) void this.asked?.promise.then(answering.resolve);
    this.current = this.answering = undefined;
  }

  /** A round is over. False when another took its place. */
  end(round: Round): boolean {
    if (this.current !== round) return false;
    const { answering } = this;
    this.current = this.answering = undefined;
    answering?.resolve(undefined);
    return true;
  }

  dispose(): void {
    this.abort.abort();
    for (const each of [this.answering, this.asked]) each?.resolve(undefined);
    this.current = this.answering = this.asked = undefined;
  }
}
