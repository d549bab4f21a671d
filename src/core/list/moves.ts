import type { Sandbox } from '../sandbox/sandbox';
import type { SandboxState } from '../sandbox/state';
import type { Poller } from './polling/poller';
import { type FollowOutcome, settlesAt } from './polling/transitionWatcher';

/** What a request does with the state of a sandbox (API reference sections 2.7 and 2.8). */
export interface Move {
  /** The state that it leaves. Where it is absent, only the goal shows that the request had an effect. */
  readonly from?: SandboxState;
  readonly via?: SandboxState;
  readonly goal: SandboxState;
}

/** The requests that move a sandbox. */
export const moves = {
  suspend: { from: 'running', via: 'suspending', goal: 'suspended' },
  resume: { from: 'suspended', via: 'pending', goal: 'running' },
  terminate: { goal: 'terminated' },
} as const satisfies Readonly<Record<string, Move>>;

/**
 * How long an answer that proves nothing, or a missing one, is looked after, in milliseconds. Anything on the way can
 * send a 200: only what the service says of the thing itself counts.
 */
export const lookBoundMs = 10_000;

/** How a move ended: as following does, or without any effect; then with the sandbox as it was read meanwhile, if it was. */
export type MoveOutcome = FollowOutcome | { readonly kind: 'unchanged'; readonly item: Sandbox | undefined };

/**
 * Follows a sandbox after the answer to a request that moves it. Within `lookBoundMs` it has to leave the state that it
 * was in; then it is followed until it has settled.
 */
export async function followMove(
  poller: Pick<Poller, 'follow'>,
  id: string,
  { from, via, goal }: Move,
): Promise<MoveOutcome> {
  const isSettled = settlesAt(goal, via);
  const read: { last?: Sandbox; isSettled: boolean } = { isSettled: false };
  const effect = await poller.follow(
    id,
    sandbox => {
      read.last = sandbox;
      read.isSettled = isSettled(sandbox);
      return read.isSettled || (from !== undefined && sandbox.state !== from);
    },
    lookBoundMs,
  );
  if (effect.kind === 'tooLong') return { kind: 'unchanged', item: read.last };
  return effect.kind === 'settled' && !read.isSettled ? await poller.follow(id, isSettled) : effect;
}
