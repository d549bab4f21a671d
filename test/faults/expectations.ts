import type { ApiErrorKind } from '../../src/core/kernel/errors';
import type { FaultCase } from './faultCases';
import type { Operation } from './operation';

/** How an operation ends: as without a fault, with an error of the client, or without a proof. */
export type Outcome = 'ok' | 'unproven' | ApiErrorKind;

export interface Expected {
  readonly outcome: Outcome;
  /** How often it took effect. */
  readonly effects: number;
  /** Whether its request is sent once and never again. */
  readonly isSentOnce: boolean;
}

/** What must come of an operation while a fault is on: at its first request only (`passing`), or at all of them. */
export function expected(fault: FaultCase, operation: Operation, isPassing: boolean): Expected {
  const repeats = fault.on?.[operation.plane]?.repeats ?? fault.repeats;
  const isRepeated =
    operation.repeats !== 'never' &&
    (repeats === 'undelivered' || (repeats === 'idempotent' && operation.repeats === 'idempotent'));
  const isCarriedOut = fault.fails === undefined || fault.isCarriedOutBy?.includes(operation.plane) === true;
  const outcome = outcomeOf(fault, operation, isPassing, isRepeated, isCarriedOut);
  // What goes over a connection needs one.
  const isDone = outcome === 'ok' || (isCarriedOut && operation.effect !== 'sent');
  return { outcome, effects: isDone ? 1 : 0, isSentOnce: !isRepeated };
}

function outcomeOf(
  fault: FaultCase,
  operation: Operation,
  isPassing: boolean,
  isRepeated: boolean,
  isCarriedOut: boolean,
): Outcome {
  // The request seems to have worked; what the service says of the sandbox then decides.
  if (operation.isProvenByState === true && (fault.looksFine ?? fault.hidesState) === true)
    return isPassing && isCarriedOut ? 'ok' : 'unproven';
  // A change of protocol is either made or refused.
  if (fault.looksFine === true && operation.effect === 'sent') return 'server';
  if (fault.fails === undefined || (isPassing && isRepeated)) return 'ok';
  return fault.fails;
}
