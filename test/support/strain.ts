import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { createContext, Script } from 'node:vm';

setFlagsFromString('--expose-gc');
// Only contexts that are made after the flag have it.
const context = createContext();
const collection = new Script('gc()');

/** What is in use, in bytes: objects, and buffers outside of the heap. */
function inUse(): number {
  collection.runInContext(context);
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What something cost the process in which it ran. */
interface Strain {
  /** The most memory that was in use at once beyond what was before, in MiB, garbage not counted. */
  readonly mostMib: number;
  /**
   * The longest turn of the event loop, in which nothing else could run, in milliseconds of processor time: what other
   * processes take does not count.
   */
  readonly longestTurnMs: number;
  /** What one collection of this process takes, which may come in any turn: the heap of a whole suite is large. */
  readonly collectionMs: number;
}

/** Time between two looks at the memory, in milliseconds; each costs a full collection. */
const lookEveryMs = 250;

/**
 * Measures while `work` runs. Meant for comparisons with bounds that are far away: another process may take the
 * machine.
 */
async function strainOf(work: () => Promise<unknown>): Promise<Strain> {
  const started = process.cpuUsage();
  const before = inUse();
  const collectionMs = msSince(started);
  let most = before;
  let longestTurnMs = 0;
  let isOver = false;
  let lookedAt = performance.now();
  let turnedAt = process.cpuUsage();
  const turn = (): void => {
    longestTurnMs = Math.max(longestTurnMs, msSince(turnedAt));
    if (performance.now() - lookedAt > lookEveryMs) {
      most = Math.max(most, inUse());
      lookedAt = performance.now();
    }
    turnedAt = process.cpuUsage();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await work();
  } finally {
    turn();
    isOver = true;
  }
  most = Math.max(most, inUse());
  return { mostMib: (most - before) / 1024 / 1024, longestTurnMs, collectionMs };
}

/** Processor time, in milliseconds. */
function msSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The most memory, and the longest turn, that a test lets something take. */
interface Limits {
  readonly mib: number;
  readonly turnMs: number;
}

function isWithin({ mostMib, longestTurnMs, collectionMs }: Strain, { mib, turnMs }: Limits): boolean {
  return mostMib <= mib && longestTurnMs <= turnMs + collectionMs;
}

/** Fails unless one of up to three runs stays within the limits. */
export async function assertStrain(
  what: string,
  limits: Limits,
  work: () => Promise<unknown>,
): Promise<void> {
  let strain = await strainOf(work);
  for (let tries = 1; tries < 3 && !isWithin(strain, limits); tries += 1) strain = await strainOf(work);
  assert.ok(
    isWithin(strain, limits),
    `${what}: ${JSON.stringify(strain)}, not within ${JSON.stringify(limits)}`,
  );
}

/** Fails if eight times as much takes far more than eight times as long: a square takes sixty-four times. */
export function assertLinear(what: string, amount: number, work: (amount: number) => void): void {
  const least = (much: number): number =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const before = process.cpuUsage();
        work(much);
        return process.cpuUsage(before).user / 1000;
      }),
    );
  const [small, large] = [least(amount), least(8 * amount)];
  // Below that, the clock and the compiler say more than the work.
  const ratio = large / Math.max(small, 10);
  assert.ok(
    ratio < 24,
    `${what}: ${small.toFixed(1)} ms, and ${large.toFixed(1)} ms for eight times as much`,
  );
}
