import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { timings, withEmulator } from '../harness';
import { Box, eventually, inBox, suspend, waking } from './harness';
import { createPty, ptyPath, Viewer } from './ptyViewer';

const health = '/api/v1/health';
const tenSeconds = { name: 'box', timeout_secs: 10 };

/** The state letter of a process from the kernel; `undefined` when there is no such process. */
function stateOf(pid: number): string | undefined {
  try {
    return /^\d+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

describe('data plane: idle clock', () => {
  it(
    'restarts after every request, and stops while one is pending',
    inBox(
      async box => {
        const { id } = box;
        const { clock } = box.client;
        clock.advance(9_000);
        await box.json(200, 'GET', health);
        clock.advance(9_000);
        await box.client.is(id, 'running');
        const gone = new AbortController();
        await box.fetch('POST', '/api/v1/processes/run', { command: 'sleep', args: ['100'] }, gone.signal);
        clock.advance(60_000);
        await box.client.is(id, 'running');
        gone.abort();
        await idle(box);
      },
      {},
      tenSeconds,
    ),
  );

  it(
    'does not restart when the emulator stops and cuts open connections',
    inBox(async box => {
      await Viewer.attach(box, await createPty(box, 'cat'));
      await box.client.emulator.stop();
      assert.equal(box.client.clock.waiting, 0);
    }),
  );

  it(
    'stops while a terminal or a tunnel is open',
    inBox(
      async box => {
        const viewer = await Viewer.attach(box, await createPty(box, 'cat'));
        box.client.clock.advance(25_000);
        await box.client.is(box.id, 'running');
        viewer.socket.close();
        const socket = await box.opened(`/api/v1/tunnels/tcp?port=${box.client.emulator.port}`);
        box.client.clock.advance(25_000);
        await box.client.is(box.id, 'running');
        socket.close();
        await idle(box);
      },
      {},
      tenSeconds,
    ),
  );
});

/** Waits until the sandbox has idled out. */
async function idle(box: Box): Promise<void> {
  await eventually(
    async () => {
      box.client.clock.advance(10_000);
      return box.client.sandbox(box.id);
    },
    ({ status }) => status === 'suspended',
  );
}

describe('data plane: suspend and resume', () => {
  it(
    'pauses every process, and lets it continue',
    inBox(async box => {
      const { pid } = await box.start({
        command: 'sh',
        args: ['-c', 'setsid sleep 100 & echo $!; while :; do sleep 0.01; echo tick; done'],
        name: 'ticker',
        restart: { policy: 'always' },
      });
      const pty = await createPty(box, 'echo $$; cat');
      const viewer = await Viewer.attach(box, pty);
      await viewer.until('\n');
      const [child] = await eventually(
        () => box.lines(pid),
        lines => lines.includes('tick'),
      );
      const pids = [pid, Number(child), Number(viewer.text)];
      await box.client.expect(202, 'POST', '/sandboxes/box/suspend');
      await eventually(
        () => pids.map(stateOf).join(''),
        // The kernel reports D for a shell that waits for a child stopped between vfork and exec.
        states => /^[TD]{3}$/.test(states),
      );
      assert.equal((await viewer.closed())[0], 1006);
      box.client.clock.advance(timings.suspend + 3_600_000);
      const [before, now] = await waking(
        box,
        async () => [(await box.lines(pid)).length, await box.process(pid)] as const,
      );
      assert.equal(now.status, 'running');
      await box.processWhen('ticker', info => info.pid === pid);
      await eventually(
        () => box.lines(pid),
        lines => lines.length > before,
      );
      assert.ok(pids.every(each => stateOf(each) !== 'T'));
      const again = await Viewer.attach(box, pty);
      again.type('still here\r');
      await again.until('still here\r\nstill here');
    }),
  );

  it(
    'does not continue a process that was stopped before',
    inBox(async box => {
      const { pid } = await box.start({ command: 'sleep', args: ['100'] });
      await box.json(200, 'POST', `/api/v1/processes/${pid}/signal`, { signal: 19 });
      await eventually(
        () => stateOf(pid),
        state => state === 'T',
      );
      await suspend(box);
      await waking(box, () => box.json(200, 'GET', health));
      assert.equal(stateOf(pid), 'T');
    }),
  );

  it(
    'resumes for a request, and for several at once',
    inBox(async box => {
      await box.put('/workspace/f', 'kept');
      await suspend(box);
      const answers = await waking(box, () =>
        Promise.all([
          box.read('/workspace/f'),
          box.read('/workspace/f'),
          box.code(403, 'GET', '/api/v1/files?path=..'),
        ]),
      );
      assert.deepEqual(answers, ['kept', 'kept', 'PATH_TRAVERSAL']);
      await suspend(box);
      const pty = waking(box, () => box.refusedSocket('/api/v1/pty/none/ws'));
      assert.deepEqual(await pty, [404, 'SESSION_NOT_FOUND']);
    }),
  );

  it(
    'resumes for an exposed port, and not for one that is not exposed',
    inBox(
      async box => {
        await suspend(box);
        const to = (port: number) =>
          box.refusedSocket('/', { host: `${port}-box.localhost`, 'x-tensorlake-sandbox-id': box.id });
        assert.deepEqual(await to(2), [403, undefined]);
        await box.client.is(box.id, 'suspended');
        assert.deepEqual(await waking(box, () => to(1)), [502, 'CONNECTION_REFUSED']);
      },
      {},
      { name: 'box', exposed_ports: [1] },
    ),
  );

  it(
    'does not resume when the request forbids it',
    inBox(
      async box => {
        await suspend(box);
        assert.equal(await box.code(503, 'GET', health), 'SANDBOX_NOT_RUNNING');
      },
      { dialect: { autoResume: 'off' } },
    ),
  );
});

describe('data plane: entrypoint', () => {
  it(
    'runs from the boot, is paused with the sandbox, and is not started by a resume',
    inBox(
      async box => {
        const running = () => box.json(200, 'GET', '/api/v1/processes');
        await eventually(running, answer => JSON.stringify(answer).includes('sleep 100'));
        await eventually(
          () => box.names('/workspace'),
          names => names.includes('up'),
        );
        await suspend(box);
        await waking(box, running);
        const { processes } = z.object({ processes: z.array(z.unknown()) }).parse(await running());
        assert.equal(processes.length, 1);
      },
      {},
      { name: 'box', entrypoint: ['sh', '-c', 'touch /workspace/up; sleep 100'] },
    ),
  );

  it(
    'that does not exist is reported in the retained logs',
    inBox(
      async box => {
        const logs = await eventually(
          () => box.client.expect(200, 'GET', `/sandboxes/${box.id}/logs`),
          answer => JSON.stringify(answer['logs']) !== '[]',
        );
        assert.match(JSON.stringify(logs), /entrypoint did not start/);
      },
      {},
      { entrypoint: ['no-such-program'] },
    ),
  );
});

describe('data plane: snapshots and copies', () => {
  it(
    'restore the files, and /tmp only with the memory',
    inBox(async box => {
      const { client } = box;
      await box.put('/workspace/a', 'then');
      await box.put('/tmp/b', 'temporary');
      await box.sh('ln -s /workspace/a /home/tl-user/link; mkfifo /workspace/pipe; chmod 750 /workspace/a');
      const disk = await client.snapshot(box.id);
      client.clock.advance(timings.snapshot);
      const memory = await client.snapshot(box.id, { snapshot_type: 'memory' });
      client.clock.advance(timings.snapshot);
      const fromDisk = new Box(client, await client.create({ snapshot_id: disk }));
      const fromMemory = new Box(client, await client.create({ snapshot_id: memory, resources: undefined }));
      await box.put('/workspace/a', 'now');
      for (const restored of [fromDisk, fromMemory]) {
        assert.equal(await restored.read('/workspace/a'), 'then');
        assert.equal((await restored.sh('cat ~/link; stat -c %a /workspace/a')).stdout, 'then750');
        await restored.put('/workspace/a', 'own');
      }
      assert.equal(await box.read('/workspace/a'), 'now');
      assert.deepEqual(await fromDisk.names('/tmp'), []);
      assert.equal(await fromMemory.read('/tmp/b'), 'temporary');
      await client.expect(200, 'DELETE', `/sandboxes/${box.id}`);
      const survivor = new Box(client, await client.create({ snapshot_id: disk }));
      assert.equal(await survivor.read('/workspace/a'), 'then');
    }),
  );

  it(
    'give every copy its own files',
    inBox(async box => {
      const { client } = box;
      await box.put('/workspace/a', 'source');
      const { answer } = await client.held('POST', `/sandboxes/${box.id}/copy?times=2`);
      client.clock.advance(timings.resume);
      const { body } = await answer;
      const { sandboxes } = z
        .object({ sandboxes: z.array(z.object({ sandbox_id: z.string() })) })
        .parse(body);
      const copies = sandboxes.map(({ sandbox_id }) => new Box(client, sandbox_id));
      await copies[0]?.put('/workspace/a', 'first');
      assert.equal(await copies[0]?.read('/workspace/a'), 'first');
      assert.equal(await copies[1]?.read('/workspace/a'), 'source');
      assert.equal(await box.read('/workspace/a'), 'source');
    }),
  );

  it(
    'exist for seeds, whose files are there from the start',
    withEmulator({ sandboxes: 3 }, async client => {
      const box = new Box(client, 'api-dev');
      assert.deepEqual(await box.names('/workspace'), ['app', '.gitignore', 'README.md', 'run.sh']);
      assert.match(
        (await box.sh('head -1 /workspace/README.md; ls -A ~')).stdout,
        /^# .*\n\.bashrc\n\.profile\nnotes\.txt$/,
      );
      const fresh = new Box(client, await client.create());
      assert.deepEqual(await fresh.names('/workspace'), []);
    }),
  );
});

describe('data plane: termination', () => {
  it('kills all processes and removes the directory, at terminate and at stop', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tensorlake-test-'));
    try {
      let left: number[] = [];
      await inBox(
        async box => {
          const { client } = box;
          const spawn = async (each: Box): Promise<number[]> => {
            const script = 'trap "" TERM HUP; setsid sleep 100 & echo $!; exec sleep 100';
            const { pid } = await each.start({
              command: 'sh',
              args: ['-c', script],
              name: 'stays',
              restart: { policy: 'always' },
            });
            const [child] = await eventually(
              () => each.lines(pid),
              lines => lines.length === 1,
            );
            return [pid, Number(child)];
          };
          const pids = await spawn(box);
          const pty = await createPty(box, 'cat');
          const viewer = await Viewer.attach(box, pty);
          assert.deepEqual(readdirSync(join(dataDir, 'sandboxes')), [box.id]);
          await client.expect(200, 'DELETE', `/sandboxes/${box.id}`);
          assert.deepEqual(await viewer.closed(), [1001, 'session terminated']);
          await eventually(
            () => pids.map(stateOf),
            states => states.every(state => state === undefined || state === 'Z'),
          );
          await eventually(
            () => existsSync(join(dataDir, 'sandboxes', box.id)),
            there => !there,
          );
          assert.deepEqual(await box.refusedSocket(ptyPath(pty)), [404, 'SANDBOX_NOT_FOUND']);
          left = await spawn(new Box(client, await client.create()));
        },
        { dataPlane: { dataDir } },
      )();
      await eventually(
        () => left.map(stateOf),
        states => states.every(state => state === undefined || state === 'Z'),
      );
      assert.equal(readdirSync(join(dataDir, 'sandboxes')).length, 1);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('leaves nothing in its own temporary directory', async () => {
    // Other emulators of this machine use the same parent directory.
    const usual = process.env['TMPDIR'];
    const temporary = mkdtempSync(join(tmpdir(), 'tensorlake-test-'));
    process.env['TMPDIR'] = temporary;
    try {
      await inBox(async box => {
        await box.sh('echo x > /workspace/x');
        assert.equal(readdirSync(temporary).length, 1);
      })();
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      rmSync(temporary, { recursive: true });
    }
  });
});
