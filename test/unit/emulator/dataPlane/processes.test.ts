import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { freePort } from '../../../support/freePort';
import { eventually, inBox, members, type Box } from './harness';

const sleeper = { command: 'sleep', args: ['100'] };

function shell(script: string, more: object = {}): object {
  return { command: 'sh', args: ['-c', script], ...more };
}

async function ended(box: Box, pid: number | string): Promise<readonly unknown[]> {
  const { status, exit_code, signal } = await box.processWhen(pid, info => info.status !== 'running');
  return [status, exit_code, signal];
}

describe('data plane: processes', () => {
  it(
    'start, are listed, and end with a code',
    inBox(async box => {
      const started = await box.start(
        shell('echo $GREETING from $PWD; exit 3', { env: { GREETING: 'hello' } }),
      );
      assert.equal(started.handle, 1);
      assert.equal(started.managed, undefined);
      assert.deepEqual(await ended(box, started.pid), ['exited', 3, null]);
      assert.deepEqual(await box.lines(started.pid), ['hello from /']);
      const there = await box.start(shell('pwd; echo bad >&2', { working_dir: '/workspace' }));
      assert.equal(there.handle, 2);
      await ended(box, there.pid);
      assert.deepEqual(await box.lines(there.pid, 'output'), ['/workspace', 'bad']);
      const { processes } = z
        .object({ processes: z.array(z.object({ pid: z.number() })) })
        .parse(await box.json(200, 'GET', '/api/v1/processes'));
      assert.deepEqual(
        processes.map(entry => entry.pid),
        [started.pid, there.pid],
      );
    }),
  );

  it(
    'discard output on request',
    inBox(async box => {
      const { pid } = await box.start(shell('echo a; echo b >&2', { stdout_mode: 'discard' }));
      await ended(box, pid);
      assert.deepEqual(await box.lines(pid, 'output'), ['b']);
      assert.deepEqual(await box.lines(999_999_999), []);
    }),
  );

  it(
    'cannot be started without a program or a directory',
    inBox(async box => {
      for (const body of [
        { command: 'no-such-program' },
        { command: '/workspace/nothing' },
        { command: 'sh', working_dir: '/nowhere' },
        { command: '/workspace' },
        { command: 'sh', user: 'stranger' },
      ]) {
        await box.code(500, 'POST', '/api/v1/processes', body);
        await box.code(500, 'POST', '/api/v1/processes/run', body);
      }
      await box.code(400, 'POST', '/api/v1/processes', { args: [] });
      await box.put('/workspace/tool', '#!/bin/sh\necho tool $1\n');
      await box.code(500, 'POST', '/api/v1/processes', { command: '/workspace/tool' });
      await box.sh('chmod +x /workspace/tool');
      assert.equal(
        (await box.sh('./tool', { command: './tool', args: ['x'], working_dir: '/workspace' })).stdout,
        'tool x',
      );
    }),
  );

  it(
    'read input until it is closed',
    inBox(async box => {
      const { pid, stdin_writable } = await box.start({ command: 'cat', stdin_mode: 'pipe' });
      assert.equal(stdin_writable, true);
      await box.json(204, 'POST', `/api/v1/processes/${pid}/stdin`, 'one\ntw');
      await box.json(204, 'POST', `/api/v1/processes/${pid}/stdin`, 'o\nrest');
      await eventually(
        () => box.lines(pid),
        lines => lines.length === 2,
      );
      await box.json(204, 'POST', `/api/v1/processes/${pid}/stdin/close`);
      assert.deepEqual(await ended(box, pid), ['exited', 0, null]);
      assert.deepEqual(await box.lines(pid), ['one', 'two', 'rest']);
      assert.equal(await box.code(400, 'POST', `/api/v1/processes/${pid}/stdin`, 'x'), 'STDIN_NOT_WRITABLE');
      await box.code(400, 'POST', `/api/v1/processes/${pid}/stdin/close`);

      const closed = await box.start(sleeper);
      assert.equal(closed.stdin_writable, false);
      assert.equal(
        await box.code(400, 'POST', `/api/v1/processes/${closed.pid}/stdin`, 'x'),
        'STDIN_NOT_WRITABLE',
      );
      const socket = connect(box.client.emulator.port, '127.0.0.1');
      socket.write(
        `POST /api/v1/processes/${closed.pid}/stdin HTTP/1.1\r\nHost: ${box.id}.local\r\nAuthorization: Bearer ${box.token}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
      );
      assert.match(await text(socket), /^HTTP\/1\.1 411 /);
    }),
  );

  it(
    'receive signals',
    inBox(async box => {
      const trap = await box.start(
        shell('trap "echo caught; exit 7" USR1; echo ready; while :; do sleep 0.01; done'),
      );
      await eventually(
        () => box.lines(trap.pid),
        lines => lines.includes('ready'),
      );
      assert.deepEqual(await box.json(200, 'POST', `/api/v1/processes/${trap.pid}/signal`, { signal: 10 }), {
        success: true,
      });
      assert.deepEqual(await ended(box, trap.pid), ['exited', 7, null]);
      assert.deepEqual(await box.lines(trap.pid), ['ready', 'caught']);

      const { pid } = await box.start(sleeper);
      await box.code(400, 'POST', `/api/v1/processes/${pid}/signal`, { signal: 99 });
      await box.json(200, 'POST', `/api/v1/processes/${pid}/signal`, { signal: 15 });
      assert.deepEqual(await ended(box, pid), ['signaled', null, 15]);
      await box.code(400, 'POST', `/api/v1/processes/${pid}/signal`, { signal: 15 });
      assert.equal(
        await box.code(404, 'POST', '/api/v1/processes/999999999/signal', { signal: 15 }),
        'NOT_FOUND',
      );
    }),
  );

  it(
    'are killed only once',
    inBox(async box => {
      const { pid } = await box.start(sleeper);
      await box.json(204, 'DELETE', `/api/v1/processes/${pid}`);
      assert.deepEqual(await ended(box, pid), ['signaled', null, 9]);
      assert.deepEqual(await box.json(500, 'DELETE', `/api/v1/processes/${pid}`), {
        error: `Process ${pid} is not running`,
      });
      assert.deepEqual(await box.json(404, 'DELETE', '/api/v1/processes/999999999'), {
        error: 'Process 999999999 not found',
        code: 'NOT_FOUND',
      });
    }),
  );

  it(
    'start without namespaces too, with the real directory as home',
    inBox(
      async box => {
        await box.put('/workspace/seen', 'x');
        const { stdout } = await box.sh('ls; ls -d "$HOME" "$TMPDIR"', { working_dir: '/workspace' });
        assert.match(stdout, /^seen\n.*\/home\/tl-user\n.*\/tmp$/);
        await box.put('/workspace/tool', '#!/bin/sh\necho tool\n');
        await box.sh('chmod +x tool', { working_dir: '/workspace' });
        assert.equal((await box.sh('', { command: '/workspace/tool', args: [] })).stdout, 'tool');
        assert.equal(members(await box.json(200, 'GET', '/api/v1/info'))['emulator_view'], 'plain-paths');
      },
      { dataPlane: { plainPaths: true } },
    ),
  );
});

describe('data plane: managed processes', () => {
  const flaky = (more: object): object =>
    shell('echo run >> /tmp/runs; exit 1', {
      restart: { initial_backoff_ms: 100, max_backoff_ms: 300, ...more },
    });

  it(
    'are restarted after growing delays, up to the maximum',
    inBox(async box => {
      const { clock } = box.client;
      const first = await box.start({ ...flaky({ max_restarts: 4 }), name: 'flaky' });
      const pids = [first.pid];
      for (const [restarts, wait] of [100, 200, 300, 300].entries()) {
        const { managed, status } = await box.processWhen(
          'flaky',
          info => info.managed?.status === 'backing_off',
        );
        assert.equal(status, 'exited');
        assert.equal(managed?.restart_count, restarts);
        assert.equal(managed.last_exit?.exit_code, 1);
        assert.equal(managed.next_restart_at, clock.now() + wait);
        clock.advance(wait - 1);
        assert.equal((await box.process('flaky')).managed?.status, 'backing_off');
        clock.advance(1);
        const { pid } = await box.processWhen(
          'flaky',
          ({ managed: now }) => now?.restart_count === restarts + 1 && now.next_restart_at !== clock.now(),
        );
        pids.push(pid);
      }
      await box.processWhen('flaky', info => info.managed?.status === 'stopped');
      assert.equal(await box.read('/tmp/runs'), 'run\n'.repeat(5));
      const { pid } = await box.process('flaky');
      assert.notEqual(pid, first.pid);
      assert.deepEqual(await box.lines(first.pid), []);
    }),
  );

  it(
    'are restarted by their policy',
    inBox(async box => {
      const done = await box.start(shell('exit 0', { name: 'done' }));
      await box.processWhen(done.pid, info => info.managed?.status === 'stopped');
      await box.start(shell('exit 1', { name: 'once', restart: { policy: 'never' } }));
      await box.processWhen('once', info => info.managed?.status === 'stopped');
      await box.start(shell('exit 0', { name: 'ever', restart: { policy: 'always' } }));
      await box.processWhen('ever', info => info.managed?.status === 'backing_off');
    }),
  );

  it(
    'are found by name, restarted on request, and not restarted when they are killed',
    inBox(async box => {
      const { pid } = await box.start({ ...sleeper, name: 'web server' });
      assert.equal((await box.process('web%20server')).pid, pid);
      assert.equal(
        await box.code(409, 'POST', '/api/v1/processes', { ...sleeper, name: 'web server' }),
        'ALREADY_EXISTS',
      );
      await box.json(200, 'POST', '/api/v1/processes/web%20server/restart');
      const again = await box.process('web%20server');
      assert.notEqual(again.pid, pid);
      assert.equal(again.status, 'running');
      assert.equal(again.managed?.restart_count, 1);
      await box.json(204, 'DELETE', '/api/v1/processes/web%20server');
      const { managed } = await box.processWhen('web%20server', info => info.status === 'signaled');
      assert.equal(managed?.status, 'stopped');
      await box.code(500, 'DELETE', '/api/v1/processes/web%20server');
      await box.start({ ...sleeper, name: 'web server' });
      const plain = await box.start(sleeper);
      await box.code(400, 'POST', `/api/v1/processes/${plain.pid}/restart`);
      for (const name of ['', 'a/b', '12'])
        await box.code(400, 'POST', '/api/v1/processes', { ...sleeper, name });
      await box.code(404, 'GET', '/api/v1/processes/nobody/stdout');
    }),
  );

  it(
    'are restarted when they no longer answer',
    inBox(async box => {
      const { clock } = box.client;
      const port = await freePort();
      const script = `
        const server = require('http').createServer((q, r) => q.url === '/hang' ? (server.close(), server.closeAllConnections()) : r.end('ok'));
        server.listen(${port}, '127.0.0.1', () => console.log('up')); setInterval(() => {}, 1000)`;
      const { pid } = await box.start({
        command: process.execPath,
        args: ['-e', script],
        name: 'web',
        restart: { initial_backoff_ms: 100 },
        health_check: {
          type: 'http',
          port,
          path: '/',
          initial_delay_ms: 50,
          interval_ms: 20,
          failure_threshold: 2,
        },
      });
      assert.equal((await box.process('web')).managed?.status, 'starting');
      await eventually(
        () => box.lines(pid),
        lines => lines.includes('up'),
      );
      clock.advance(50);
      await box.processWhen(
        'web',
        ({ managed }) => managed?.health_status === 'healthy' && managed.status === 'running',
      );
      await fetch(`http://127.0.0.1:${port}/hang`).catch(() => undefined);
      clock.advance(20);
      await box.processWhen('web', ({ managed }) => managed?.consecutive_health_failures === 1);
      clock.advance(20);
      const { managed } = await box.processWhen('web', info => info.managed?.status === 'backing_off');
      assert.equal(managed?.health_status, 'unhealthy');
      assert.equal(managed.last_exit?.signal, 9);
      clock.advance(100);
      const restarted = await box.processWhen('web', info => info.pid !== pid);
      assert.equal(restarted.managed?.restart_count, 1);
    }),
  );
});
