import assert from 'node:assert/strict';
import { parseFaults } from '../../emulator/faults/registry';
import { ApiError, isAmbiguous } from '../../src/core/kernel/errors';
import { waitFor } from '../support/waitFor';
import { type Expected, expected, type Outcome } from './expectations';
import type { FaultCase } from './faultCases';
import type { Usual } from './meeting';
import { type Operation, type Trial, Unproven } from './operation';
import type { World } from './world';

/** What was seen of a fault and an operation. */
export interface Seen {
  /** The outcome while the first request alone met the fault. */
  readonly passing: Outcome;
  /** The outcome while all requests met it. */
  readonly lasting: Outcome;
}

/** How long an answer may take that is known not to come, in milliseconds; longer where no request had come by then. */
const hastyMs = [120, 500, 2_000];

/** The operation was over before the service got a request. */
class NotMet extends Error {}

/** Does an operation without a fault, and records what it sends and gets. */
export async function usualOf(world: World, operation: Operation): Promise<Usual> {
  const trial = await operation.prepare(world);
  const before = world.requests;
  world.transport.answers = [];
  await trial.run();
  const usual = {
    requests: world.emulator.requests().slice(before),
    answers: operation.plane === 'control' ? [...world.transport.answers] : [],
  };
  await trial.dispose?.();
  return usual;
}

/**
 * Does an operation under a fault, and checks everything that must hold whatever the fault.
 *
 * @param isQuick leaves out the fault that passes where it must end as the one that lasts
 */
export async function seeCell(
  world: World,
  operation: Operation,
  fault: FaultCase,
  isQuick: boolean,
): Promise<Seen> {
  const [ifPassing, ifLasting] = [true, false].map(
    isPassing => expected(fault, operation, isPassing).outcome,
  );
  const lasting = await tryOut(world, operation, fault, false);
  if (isQuick && ifPassing === ifLasting) return { passing: lasting, lasting };
  return { passing: await tryOut(world, operation, fault, true), lasting };
}

/** A machine that is slow gets more time, since a request that was not sent says nothing of a fault. */
async function tryOut(
  world: World,
  operation: Operation,
  fault: FaultCase,
  isPassing: boolean,
): Promise<Outcome> {
  for (const ms of hastyMs)
    try {
      world.transport.hastyMs = ms;
      return await tryOnce(world, operation, fault, isPassing);
    } catch (error) {
      if (!(error instanceof NotMet)) throw error;
    }
  return assert.fail('The fault was not met');
}

async function tryOnce(
  world: World,
  operation: Operation,
  fault: FaultCase,
  isPassing: boolean,
): Promise<Outcome> {
  const trial = await operation.prepare(world);
  try {
    const known = await listed(world);
    const { outcome, error, requests } = await underFault(world, operation, fault, isPassing, trial, known);
    const wanted = expected(fault, operation, isPassing);
    const when = isPassing ? 'passing' : 'lasting';
    assert.equal(outcome, wanted.outcome, `${when}: ${String(error)}`);
    // Nothing doubled: what must not be repeated is not, whether or not it would have had an effect.
    if (wanted.isSentOnce && operation.isProvenByState !== true)
      assert.equal(requests, 1, `${when}: requests`);
    const effects = await checkEffects(operation, trial, wanted, when);
    // Nothing lost: what was made without an answer is found.
    if (isAmbiguous(error) && trial.found !== undefined) assert.equal(await trial.found(), effects, 'found');
    await recovers(world, operation, trial, effects);
    return outcome;
  } finally {
    world.emulator.faults.clear();
    await trial.dispose?.();
  }
}

async function checkEffects(
  { effect }: Operation,
  { effects }: Trial,
  wanted: Expected,
  when: string,
): Promise<number> {
  if (effect === 'none' || effects === undefined) return 0;
  // The service may go on after the client has given up.
  await waitFor('the effect', async () => (await effects()) >= wanted.effects);
  assert.equal(await effects(), wanted.effects, `${when}: effects`);
  return wanted.effects;
}

/** The same client does the same, with no reload and no other session; the list is refreshed first, as the user does. */
async function recovers(world: World, { effect }: Operation, trial: Trial, before: number): Promise<void> {
  await listed(world);
  await trial.ready?.();
  await trial.run();
  if (effect === 'none' || trial.effects === undefined) return;
  const wanted = effect === 'state' ? 1 : before + 1;
  const { effects } = trial;
  await waitFor('the effect of the recovery', async () => (await effects()) >= wanted);
  assert.equal(await effects(), wanted, 'effects after the recovery');
}

interface Attempt {
  readonly outcome: Outcome;
  readonly error: unknown;
  /** How often its first request was sent; what it asks after that is something else. */
  readonly requests: number;
}

async function underFault(
  world: World,
  operation: Operation,
  fault: FaultCase,
  isPassing: boolean,
  trial: Trial,
  known: readonly string[],
): Promise<Attempt> {
  const { emulator, transport, store } = world;
  const plane = fault.spec.startsWith('missing') || operation.plane === 'proxy' ? 'proxy' : 'control';
  const [active] = parseFaults(fault.spec).map(parsed =>
    emulator.faults.add({ ...parsed, plane, ...(isPassing && { next: 1 }) }),
  );
  const fired = (): number =>
    emulator.faults.list().find(({ id }) => id === active?.id)?.fired ?? (isPassing ? 1 : 0);
  transport.isHasty = fault.fails === 'timeout' && !fault.spec.startsWith('504');
  try {
    const before = world.requests;
    const attempt = await attemptOf(trial);
    const [first, ...others] = emulator.requests().slice(before);
    const again = others.filter(({ method, path }) => method === first?.method && path === first.path);
    if (fired() === 0) throw new NotMet();
    if (operation.plane === 'control') await world.poller.refresh();
    const rows = new Set(store.current.rows.keys());
    emulator.faults.clear();
    const left = new Set((await world.seen.sandboxes()).map(({ id }) => id));
    assert.deepEqual(
      known.filter(id => left.has(id) && !rows.has(id)),
      [],
      'rows that the list lost',
    );
    return { ...attempt, requests: 1 + again.length };
  } finally {
    emulator.faults.clear();
    transport.isHasty = false;
  }
}

async function attemptOf(trial: Trial): Promise<Omit<Attempt, 'requests'>> {
  try {
    await trial.run();
    return { outcome: 'ok', error: undefined };
  } catch (error) {
    if (error instanceof Unproven) return { outcome: 'unproven', error };
    if (!ApiError.is(error)) throw error;
    return { outcome: error.kind, error };
  }
}

async function listed({ poller, store }: World): Promise<readonly string[]> {
  await poller.refresh();
  assert.equal(store.current.status.kind, 'fresh');
  return [...store.current.rows.keys()];
}
