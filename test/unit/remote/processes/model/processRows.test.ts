import assert from 'node:assert/strict';
import type { ManagedProcess, ProcessInfo } from '../../../../../src/core/processes/process';
import {
  arrangeProcesses,
  processRef,
  processTokensOf,
} from '../../../../../src/remote/processes/model/processList';
import { ownScriptArgs } from '../../../../../src/core/processes/ownProcess';
import { signalName, signalNumber } from '../../../../../src/core/processes/signals';

function info(pid: number, more: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    pid,
    status: 'running',
    rawStatus: 'running',
    oomKilled: false,
    stdinWritable: false,
    command: 'x',
    args: [],
    startedAtMs: pid,
    ...more,
  };
}
const managed = (status: string): ManagedProcess => ({
  name: 'web',
  status,
  restartCount: 0,
  consecutiveHealthFailures: 0,
});

describe('the processes of a sandbox', () => {
  it('exclude those of the extension itself, also from counts, unless all are shown', () => {
    const own = Array.from({ length: 30 }, (_, index) =>
      info(200 + index, {
        command: 'sh',
        args: ownScriptArgs('ls'),
        status: index < 3 ? 'running' : 'exited',
      }),
    );
    const list = [...own, info(1), info(2, { status: 'exited' })];
    const some = arrangeProcesses(list, false);
    assert.deepEqual([some.shown.map(({ pid }) => pid), some.leftOut], [[1, 2], 0]);
    const all = arrangeProcesses(list, true);
    assert.deepEqual([all.shown.length, all.leftOut], [24, 8]);
  });

  it('are listed with running ones first, then the last few that ended', () => {
    const ended = Array.from({ length: 25 }, (_, index) => info(100 + index, { status: 'exited' }));
    const waiting = info(2, { status: 'exited', managed: managed('backing_off') });
    const { shown, leftOut } = arrangeProcesses([...ended, info(1), waiting, info(3)], false);
    assert.deepEqual(
      shown.slice(0, 4).map(({ pid }) => pid),
      [2, 3, 1, 124],
    );
    assert.deepEqual([shown.length, leftOut], [23, 5]);
  });

  it('are a thousand at most that run, beside the last few that ended', () => {
    const running = Array.from({ length: 1_500 }, (_, index) => info(1 + index));
    const ended = Array.from({ length: 30 }, (_, index) => info(9_000 + index, { status: 'exited' }));
    const { shown, leftOut, haveEnded } = arrangeProcesses([...ended, ...running], false);
    assert.deepEqual([shown.length, leftOut, haveEnded], [1_020, 510, false]);
    assert.deepEqual([shown[0]?.pid, shown[1_000]?.pid], [1_500, 9_029]);
  });

  it('have the actions that their state allows', () => {
    assert.deepEqual(processTokensOf(info(1)), ['process', 'canSignal', 'canKill']);
    assert.deepEqual(processTokensOf(info(1, { stdinWritable: true })).at(-1), 'canWrite');
    assert.deepEqual(processTokensOf(info(1, { status: 'exited', stdinWritable: true })), ['process']);
    const waiting = info(1, { status: 'exited', managed: managed('backing_off') });
    assert.deepEqual(processTokensOf(waiting), ['process', 'canKill', 'canRestart']);
    const stopped = info(1, { status: 'exited', managed: managed('stopped') });
    assert.deepEqual(processTokensOf(stopped), ['process', 'canRestart']);
  });

  it('are addressed by name if they have one', () => {
    assert.equal(processRef(info(7)), 7);
    assert.equal(processRef(info(7, { managed: managed('running') })), 'web');
    assert.equal(processRef(info(7, { managed: { ...managed('running'), name: '' } })), 7);
  });
});

describe('signals', () => {
  it('have names and numbers', () => {
    assert.deepEqual([signalName(9), signalName(11), signalName(63)], ['SIGKILL', 'SIGSEGV', '63']);
    for (const text of ['SIGTERM', 'term', ' 15 ']) assert.equal(signalNumber(text), 15);
    for (const text of ['', 'SIGNONE', '0', '65', '-9', '1.5']) assert.equal(signalNumber(text), undefined);
  });
});
