import assert from 'node:assert/strict';
import type { ProcessInfo, RunEvent } from '../../../../../src/core/processes/process';
import { waitFor } from '../../../../support/waitFor';
import { never } from '../../http/fakeTransport';
import { box, collect, refused } from '../../http/box';

const sh = (script: string) => ({ command: 'sh', args: ['-c', script] });

function linesOf(events: readonly RunEvent[], stream: string): readonly string[] {
  return events.flatMap(event => (event.kind === 'line' && event.stream === stream ? [event.line] : []));
}

describe('SandboxProcesses', () => {
  const the = box();

  it('runs a program and yields its start, lines and end', async () => {
    const { processes } = the().client;
    const events = await collect(
      processes.run(
        { ...sh('echo "$A in $PWD"; echo oops >&2; echo ünï; exit 3'), env: { A: 'hi' }, workingDir: '/tmp' },
        never,
      ),
    );
    assert.equal(events[0]?.kind, 'started');
    assert.deepEqual(linesOf(events, 'stdout'), ['hi in /tmp', 'ünï']);
    assert.deepEqual(linesOf(events, 'stderr'), ['oops']);
    assert.deepEqual(events.at(-1), { kind: 'exited', exitCode: 3, signal: undefined, oomKilled: false });
    const result = await processes.runToEnd(sh('seq 3; echo no >&2; kill -9 $$'), never);
    assert.deepEqual([result.stdout, result.stderr, result.signal], ['1\n2\n3\n', 'no\n', 9]);
    const cut = await processes.runToEnd(sh('seq 1000'), never, 20);
    assert.deepEqual([cut.stdout, cut.isTruncated, cut.exitCode], ['1\n2\n3\n4\n5\n6\n7\n8\n9\n', true, 0]);
  });

  it('kills the program on a timeout, or when the reader stops', async () => {
    const { processes } = the().client;
    const late = await processes.runToEnd({ ...sh('sleep 60'), timeoutSecs: 0.1 }, never);
    assert.equal(late.signal, 9);
    let pid = 0;
    for await (const event of processes.run(sh('echo go; sleep 60'), never)) {
      if (event.kind === 'started') pid = event.pid;
      else break;
    }
    const ended = (info: ProcessInfo): boolean => info.status !== 'running';
    await waitFor('the end', async () => ended(await processes.get(pid, never)));
    const abort = new AbortController();
    const second = processes.run(sh('echo go; sleep 60'), abort.signal);
    await second.next();
    abort.abort();
    await refused('cancelled', collect(second));
  });

  it('reports that the end of a program is unknown', async () => {
    const { client, emulator } = the();
    const { id } = emulator.faults.add({ fault: 'missing-final-frame' });
    try {
      const error = await refused('network', collect(client.processes.run(sh('echo x'), never)));
      assert.equal(error.code, 'NO_EXIT');
    } finally {
      emulator.faults.remove(id);
    }
  });

  it('starts processes, writes to them, signals, lists and kills them', async () => {
    const { processes } = the().client;
    // Output may end a moment before the process does.
    const ended = (pid: number) =>
      waitFor('its end', async () => {
        const found = await processes.get(pid, never);
        return found.status !== 'running' && found;
      });
    const cat = await processes.start({ command: 'cat', stdin: 'pipe' }, never);
    assert.deepEqual([cat.status, cat.stdinWritable, cat.command], ['running', true, 'cat']);
    await processes.writeStdin(cat.pid, Buffer.from('one\n'), never);
    const size = 300_000;
    async function* zeros() {
      yield Buffer.alloc(size - 1, '0');
      yield await Promise.resolve(Buffer.from('\n'));
    }
    await processes.writeStdin(cat.pid, { size, open: zeros }, never);
    await processes.closeStdin(cat.pid, never);
    const lines = (await collect(processes.follow(cat.pid, 'stdout', never))).map(({ line }) => line.length);
    assert.deepEqual(lines, [3, size - 1]);
    assert.equal((await ended(cat.pid)).exitCode, 0);
    assert.deepEqual((await processes.output(cat.pid, 'stdout', never))[0], 'one');
    await refused('invalid', processes.writeStdin(cat.pid, Buffer.from('x'), never));

    const sleeper = await processes.start({ command: 'sleep', args: ['60'] }, never);
    const refusal = await refused('invalid', processes.writeStdin(sleeper.pid, Buffer.from('x'), never));
    assert.equal(refusal.code, 'STDIN_NOT_WRITABLE');
    await refused('invalid', processes.signal(sleeper.pid, 999, never));
    await processes.signal(sleeper.pid, 15, never);
    await collect(processes.follow(sleeper.pid, 'output', never));
    const { status, signal } = await ended(sleeper.pid);
    assert.deepEqual([status, signal], ['signaled', 15]);
    assert.ok((await processes.list(never)).some(({ pid }) => pid === sleeper.pid));
    await processes.kill(sleeper.pid, never);
    await refused('notFound', processes.kill(999_999_999, never));
    await refused('notFound', processes.get('no-such', never));
    await refused('server', processes.start({ command: '/no/such/program' }, never));
  });

  it('follows each stream from the beginning to the end', async () => {
    const { processes } = the().client;
    const { pid } = await processes.start(
      { command: 'sh', args: ['-c', 'echo before; echo err >&2; read x; echo "after $x"'], stdin: 'pipe' },
      never,
    );
    await waitFor('output', async () => (await processes.output(pid, 'output', never)).length === 2);
    const seen: string[] = [];
    for await (const { line, stream, atMs } of processes.follow(pid, 'output', never)) {
      seen.push(`${stream ?? '?'}:${line}:${atMs === undefined ? 'old' : 'new'}`);
      if (seen.length === 2) await processes.writeStdin(pid, Buffer.from('x\n'), never);
    }
    assert.deepEqual(seen, ['stdout:before:old', 'stderr:err:old', 'stdout:after x:new']);
  });

  it('manages processes by name', async () => {
    const { processes } = the().client;
    const started = await processes.start(
      {
        ...sh('exit 7'),
        name: 'web server',
        restart: { policy: 'on_failure', maxRestarts: 1, initialBackoffMs: 1, maxBackoffMs: 2 },
        healthCheck: { type: 'tcp', port: 9, initialDelayMs: 60_000 },
      },
      never,
    );
    const { name, restart, healthCheck } = started.managed ?? {};
    assert.deepEqual([name, restart?.policy, restart?.maxRestarts], ['web server', 'on_failure', 1]);
    assert.deepEqual([healthCheck?.type, healthCheck?.port], ['tcp', 9]);
    const managed = await waitFor('the last restart', async () => {
      const info = await processes.get('web server', never);
      return info.managed?.restartCount === 1 && info.managed.status === 'stopped' && info.managed;
    });
    assert.equal(managed.lastExit?.exitCode, 7);
    assert.notEqual((await processes.restart('web server', never)).pid, started.pid);
    for (const bad of ['', 'a/b', '123']) {
      const error = await refused('invalid', processes.start({ command: 'true', name: bad }, never));
      assert.equal(error.undelivered, true);
    }
  });
});
