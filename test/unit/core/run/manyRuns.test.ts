import assert from 'node:assert/strict';
import { deferred } from '../../../../src/core/kernel/async';
import { ApiError } from '../../../../src/core/kernel/errors';
import type { RunEvent } from '../../../../src/core/processes/process';
import type { Row } from '../../../../src/core/list/rows';
import { ManyRuns } from '../../../../src/core/run/manyRuns';
import type { RunProcesses } from '../../../../src/core/run/remoteRun';
import { FakeClock } from '../../../support/fakeClock';
import { row } from '../../../support/sandboxBuilder';
import { waitFor } from '../../../support/waitFor';

const signal = new AbortController().signal;
const rows = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, index) => row({ id: `s${index}` }));

function processes(run: () => AsyncGenerator<RunEvent, void>, kill = (): void => undefined): RunProcesses {
  return {
    run,
    kill: () => {
      kill();
      return Promise.resolve();
    },
    signal: () => Promise.resolve(),
    get: () => Promise.reject(new ApiError('notFound', '')),
  };
}

async function* ends(exitCode: number, line: string): AsyncGenerator<RunEvent, void> {
  yield { kind: 'started', pid: 1 };
  yield await Promise.resolve({ kind: 'line', line, stream: 'stdout' } as const);
  yield { kind: 'exited', exitCode, oomKilled: false };
}

describe('a command in many sandboxes', () => {
  it('reports the outcome of each', async () => {
    const runs = new ManyRuns(rows(3), { command: 'x' }, new FakeClock(), ({ sandbox: { id } }) =>
      id === 's2'
        ? Promise.reject(new ApiError('network', 'no'))
        : Promise.resolve({ processes: processes(() => ends(Number(id.slice(1)), `says ${id}`)), signal }),
    );
    await runs.toEnd();
    assert.deepEqual(
      runs.rows.map(({ outcome }) => outcome?.kind),
      ['exited', 'exited', 'failed'],
    );
    assert.deepEqual(runs.counts, { ended: 3, well: 1 });
    assert.equal(runs.rows[0]?.output.last, 'says s0');
    assert.equal(runs.isRunning, false);
  });

  it('runs in no more than eight at once', async () => {
    let open = 0;
    let most = 0;
    const runs = new ManyRuns(rows(20), { command: 'x' }, new FakeClock(), () =>
      Promise.resolve({
        signal,
        processes: processes(async function* () {
          open += 1;
          most = Math.max(most, open);
          try {
            yield* ends(0, '');
          } finally {
            open -= 1;
          }
        }),
      }),
    );
    await runs.toEnd();
    assert.equal(most, 8);
    assert.deepEqual(runs.counts, { ended: 20, well: 20 });
  });

  it('ends the running ones and starts no others when it is cancelled', async () => {
    const killed = deferred<undefined>();
    let started = 0;
    const runs = new ManyRuns(rows(12), { command: 'x' }, new FakeClock(), () =>
      Promise.resolve({
        signal,
        processes: processes(
          async function* () {
            started += 1;
            yield { kind: 'started', pid: 1 };
            await killed.promise;
            yield { kind: 'exited', signal: 9, oomKilled: false };
          },
          () => killed.resolve(undefined),
        ),
      }),
    );
    const end = runs.toEnd();
    await waitFor('eight to run', () => runs.rows.filter(({ run }) => run?.processId === 1).length === 8);
    await runs.cancel();
    await end;
    assert.equal(started, 8);
    assert.ok(runs.rows.every(({ outcome }) => outcome?.kind === 'cancelled'));
  });
});
