import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../../src/core/kernel/errors';
import { type Answered, answers } from './bodies';
import { mutated } from './mutations';

/*
 * Changed bodies for every schema of the control plane and of the data plane. A long run, of 100,000 in all:
 * FUZZ_BODIES=100000 npx mocha "test/unit/api/fuzz/*.test.ts"
 */

const bodies = Number(process.env['FUZZ_BODIES'] ?? 6400);
const each = Math.ceil(bodies / answers.length);
/** How long one body may take, in milliseconds. */
const longestMs = 50;
/** The collector of memory makes any one measurement too long. */
const measurements = 5;

/** Reads a body; what it throws must be an ApiError. Returns how long the processor worked, whatever else it does. */
async function timed({ read }: Answered, text: string, status: number): Promise<number> {
  const before = process.cpuUsage();
  try {
    await read(text, status);
  } catch (error) {
    if (!ApiError.is(error)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('Every schema', () => {
  for (const answered of answers)
    it(`reads ${answered.what}, or throws an ApiError, and is never long about it`, async () => {
      const { valid, status = 200 } = answered;
      if (status === 200) await answered.read(JSON.stringify(valid), status);
      await fc.assert(
        fc.asyncProperty(fc.integer(), async seed => {
          const text = mutated(valid, seed);
          let ms = await timed(answered, text, status);
          for (let times = 1; times < measurements && ms > longestMs; times += 1)
            ms = Math.min(ms, await timed(answered, text, status));
          assert.ok(ms <= longestMs, `${ms} ms for ${text.length} characters: ${text.slice(0, 200)}`);
        }),
        { numRuns: each },
      );
    }).timeout(60_000 + 20 * each);
});
