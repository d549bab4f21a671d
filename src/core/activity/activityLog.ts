import { copyOfStart } from '../kernel/formats/text';
import { type Clock, timeOfDayAt } from '../kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { eachInSteps, type Steps } from '../kernel/steps';
import { hasLifetime, isEphemeral, type Sandbox } from '../sandbox/sandbox';
import { isTransitional, parseState, type SandboxState } from '../sandbox/state';
import { ListObserver } from '../list/polling/listObserver';
import type { ActionKind, Row } from '../list/rows';
import type { PanelChange, SandboxStore } from '../list/store';

/** Why a sandbox changed its state, as far as this window can tell. */
export type TransitionCause =
  /** A command in this window asked for it. */
  | { readonly kind: 'user'; readonly action: ActionKind }
  /** It is new. */
  | { readonly kind: 'created' }
  /** It was idle for too long; certain where the service says so, else likely because nothing else explains it. */
  | { readonly kind: 'idleTimeout'; readonly isCertain: boolean }
  /** Its lifetime was over. */
  | { readonly kind: 'lifetime' }
  /** It ended with a snapshot of it. */
  | { readonly kind: 'snapshot' }
  /** The service's own word: a termination reason, an outcome or a pending reason (API reference section 2.3). */
  | { readonly kind: 'reported'; readonly reason: string }
  | { readonly kind: 'unknown' };

/** A change of state that this window observed, at most one poll late. */
export interface ObservedTransition {
  readonly sandboxId: string;
  /** The name it had then. */
  readonly name?: string;
  /** When it was observed, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The state word as received; absent for a sandbox that was not listed before. */
  readonly from?: string;
  /** The state word as received, or `gone` for one that is no longer listed. */
  readonly to: string;
  readonly cause: TransitionCause;
}

/** `ObservedTransition.to` of a sandbox that left the list without being terminated. */
export const goneState = 'gone';

/** Entries kept; older ones are forgotten. @internal */
export const activityLogLimit = 1000;

/** Characters of a name, a state or a reason that are kept: a row may have any, and each entry keeps four of them. */
const longestText = 256;

/** How far the clocks of this machine and the service may be apart. */
const clockSkewMs = 2 * 60_000;

const unknown: TransitionCause = { kind: 'unknown' };

/** The states that each action leads to. A transition to any other state had another cause. */
const goals: Readonly<Partial<Record<ActionKind, readonly (SandboxState | typeof goneState)[]>>> = {
  suspend: ['suspending', 'suspended'],
  resume: ['suspended', 'pending', 'running'],
  terminate: ['terminated', goneState],
  snapshot: ['snapshotting', 'running'],
  snapshotAndEnd: ['snapshotting', 'terminated', goneState],
};

/**
 * Remembers the state changes of one account that this window has observed. The first listing is the starting point;
 * the log is emptied when the account changes.
 */
export class ActivityLog implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<readonly ObservedTransition[]>());
  /** Fires with the entries added, or with none when the log was emptied. */
  readonly onDidChange = this.emitter.event;
  private log: readonly ObservedTransition[] = [];
  private forgotten = 0;
  /** When the first listing was there, on the clock that counts sleep. */
  private baselineAtMs: number | undefined;

  constructor(
    store: SandboxStore,
    private readonly clock: Pick<Clock, 'now' | 'elapsed' | 'monotonic' | 'after'>,
  ) {
    this.disposables.add(new ListObserver(store, clock, change => this.take(change)));
  }

  /** The entries of all sandboxes, or of one, oldest first. The returned list is a snapshot. */
  entries(sandboxId?: string): readonly ObservedTransition[] {
    return sandboxId === undefined ? this.log : this.log.filter(entry => entry.sandboxId === sandboxId);
  }

  /** How many entries were left out since the log was empty, because there are newer ones. */
  get forgottenCount(): number {
    return this.forgotten;
  }

  /** Removes all entries. */
  clear(): void {
    if (this.log.length === 0) return;
    this.log = [];
    this.forgotten = 0;
    this.emitter.fire([]);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private *take({ previous, current }: PanelChange): Steps<void> {
    const { kind } = current.status;
    if (kind === 'signedOut' || kind === 'loading') {
      this.baselineAtMs = undefined;
      this.clear();
    } else if (this.baselineAtMs === undefined) {
      if (kind === 'fresh') this.baselineAtMs = this.clock.elapsed();
    } else if (previous.rows !== current.rows)
      yield* this.comparing(previous.rows, current.rows, timeOfDayAt(this.clock, this.baselineAtMs));
  }

  private *comparing(
    before: ReadonlyMap<string, Row>,
    after: ReadonlyMap<string, Row>,
    baselineAtMs: number,
  ): Steps<void> {
    const atMs = this.clock.now();
    const added: ObservedTransition[] = [];
    const add = (sandbox: Sandbox, from: string | undefined, to: string, cause: TransitionCause): void => {
      const { id: sandboxId, name } = sandbox;
      const optional = {
        ...(name !== undefined && { name: shortText(name) }),
        ...(from !== undefined && { from: shortText(from) }),
      };
      added.push({ sandboxId, ...optional, atMs, to: shortText(to), cause: shortCause(cause) });
    };
    yield* eachInSteps(after, ([id, row]) => {
      const earlier = before.get(id);
      const { sandbox } = row;
      if (earlier === row) return;
      if (!earlier) {
        if ((sandbox.createdAtMs ?? atMs) >= baselineAtMs - clockSkewMs)
          add(sandbox, undefined, sandbox.rawState, firstCause(sandbox));
      } else if (!isSameWord(earlier.sandbox.rawState, sandbox.rawState))
        add(sandbox, earlier.sandbox.rawState, sandbox.rawState, this.causeOf(earlier, row, atMs));
    });
    yield* eachInSteps(before, ([id, { sandbox, action }]) => {
      // A terminated sandbox leaves the list for the archive.
      if (!after.has(id) && sandbox.state !== 'terminated')
        add(sandbox, sandbox.rawState, goneState, userCause(action, goneState) ?? unknown);
    });
    if (added.length === 0) return;
    const log = [...this.log, ...added];
    this.forgotten += Math.max(0, log.length - activityLogLimit);
    this.log = log.slice(-activityLogLimit);
    this.emitter.fire(added);
  }

  private causeOf(earlier: Row, { sandbox, action }: Row, atMs: number): TransitionCause {
    return (
      userCause(action ?? earlier.action, sandbox.state) ??
      endCause(sandbox) ??
      this.inherited(earlier.sandbox, sandbox) ??
      idleCause(earlier.sandbox, sandbox, atMs) ??
      pendingCause(sandbox) ??
      unknown
    );
  }

  /**
   * The cause of a transition into a transitional state is also that of the transition out of it, except the reason why
   * a sandbox was pending.
   */
  private inherited({ id, state }: Sandbox, after: Sandbox): TransitionCause | undefined {
    if (!isTransitional(state) || after.state === 'terminated') return undefined;
    const last = this.log.findLast(entry => entry.sandboxId === id);
    const isCause = last && parseState(last.to) === state && last.cause.kind !== 'reported';
    return isCause ? last.cause : undefined;
  }
}

function shortText(text: string): string {
  return copyOfStart(text, longestText);
}

function shortCause(cause: TransitionCause): TransitionCause {
  return cause.kind === 'reported' ? { kind: 'reported', reason: shortText(cause.reason) } : cause;
}

function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function firstCause(sandbox: Sandbox): TransitionCause {
  return endCause(sandbox) ?? { kind: 'created' };
}

function userCause(
  action: ActionKind | undefined,
  to: SandboxState | typeof goneState,
): TransitionCause | undefined {
  return action !== undefined && goals[action]?.includes(to) === true ? { kind: 'user', action } : undefined;
}

/** The cause that the service reports for a termination. */
function endCause(sandbox: Sandbox): TransitionCause | undefined {
  const { state, outcome, terminationReason } = sandbox;
  if (state !== 'terminated') return undefined;
  if (sandbox.isEndedBySnapshot) return { kind: 'snapshot' };
  if (terminationReason !== undefined) return { kind: 'reported', reason: terminationReason };
  if (outcome === undefined) return undefined;
  // The word appears alone or in brackets, `Success(Timeout)`; as part of another word it means something else.
  if (!/\bTimeout\b/.test(outcome)) return { kind: 'reported', reason: outcome };
  return hasLifetime(sandbox) ? { kind: 'lifetime' } : { kind: 'idleTimeout', isCertain: true };
}

/**
 * An idle named sandbox is suspended, an idle ephemeral one terminated; neither before its timeout can have elapsed.
 */
function idleCause(before: Sandbox, after: Sandbox, atMs: number): TransitionCause | undefined {
  // The end of a lifetime is reported.
  if (before.state !== 'running' || hasLifetime(after)) return undefined;
  const { state, timeoutSecs = 0, createdAtMs } = after;
  const isExpected = isEphemeral(after)
    ? state === 'terminated'
    : state === 'suspending' || state === 'suspended';
  const isTooYoung = createdAtMs !== undefined && atMs - createdAtMs < timeoutSecs * 1000;
  return isExpected && !isTooYoung ? { kind: 'idleTimeout', isCertain: false } : undefined;
}

function pendingCause({ state, pendingReason }: Sandbox): TransitionCause | undefined {
  return state === 'pending' && pendingReason !== undefined
    ? { kind: 'reported', reason: pendingReason }
    : undefined;
}
