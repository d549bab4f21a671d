import { isTransitional } from '../sandbox/state';
import type { Row } from './rows';

/** What about a sandbox needs a person. The list of sandboxes marks nothing else in amber. */
export const attentionKinds = ['ended', 'stuck', 'exposed'] as const;

/**
 * `ended`: it failed while this window watched it. `stuck`: it is in a transition for longer than those take. `exposed`:
 * anybody on the internet reaches a port of it. That one is about to end cannot be told: no response has a time of its
 * end, nor when it last had traffic (API reference section 2.3).
 */
export type Attention = (typeof attentionKinds)[number];

const minuteMs = 60_000;

/** How long a transition may last before somebody should look, in milliseconds. @internal */
export const stuckAfterMs = 10 * minuteMs;

/** The same for a machine with GPUs, which may need 20 minutes to boot (API reference section 8.2). @internal */
export const stuckWithGpusAfterMs = 30 * minuteMs;

/** Words for an end that somebody wanted, or that the sandbox was set to (API reference section 2.3). */
const wanted = /(?<![A-Za-z])(?:success|user_?terminated|timeout|(?:function_?)?cancelled)(?![A-Za-z])/i;

/**
 * What about a sandbox needs a person now; undefined for nothing.
 *
 * @param dismissed ids of the sandboxes whose end the user has seen
 */
export function attentionOf(row: Row, dismissed: ReadonlySet<string>, nowMs: number): Attention | undefined {
  const { sandbox, action } = row;
  if (sandbox.state === 'terminated')
    return hasFailed(row) && !dismissed.has(sandbox.id) ? 'ended' : undefined;
  if (action === undefined && stuckFrom(row) <= nowMs) return 'stuck';
  return sandbox.allowUnauthenticatedAccess && sandbox.exposedPorts.length > 0 ? 'exposed' : undefined;
}

/** Until when the answer of `attentionOf` holds if nothing happens, in milliseconds since the Unix epoch. */
export function attentionHoldsUntil(row: Row, nowMs: number): number {
  const fromMs = stuckFrom(row);
  return fromMs > nowMs ? fromMs : Infinity;
}

/** Where no word says why it ended, nobody knows that it failed. */
function hasFailed({ sandbox: { terminationReason, outcome }, stateSinceMs }: Row): boolean {
  const why = [terminationReason, outcome].filter(text => text !== undefined);
  return stateSinceMs !== undefined && why.length > 0 && !why.some(text => wanted.test(text));
}

/** From when on a sandbox counts as stuck if it stays in its state; infinite for one that may stay. */
function stuckFrom({ sandbox, stateSinceMs, seenAtMs }: Row): number {
  const { state, createdAtMs = seenAtMs, resources } = sandbox;
  if (!isTransitional(state)) return Infinity;
  const isBooting = state === 'pending';
  const sinceMs = stateSinceMs ?? (isBooting ? createdAtMs : seenAtMs);
  return sinceMs + (isBooting && resources.gpus.length > 0 ? stuckWithGpusAfterMs : stuckAfterMs);
}
