import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type EmulatorOptions } from '../../../../emulator/server';
import { HandClock } from '../handClock';
import { Client, timings } from '../harness';
import { Box, eventually, members, suspend, waking } from './harness';

const health = '/api/v1/health';

/** Calls `body` with a data directory and a function that runs emulators on it, one after the other. */
async function restarting(
  body: (
    run: (life: (client: Client) => Promise<void>, options?: EmulatorOptions) => Promise<void>,
    dataDir: string,
    clock: HandClock,
  ) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'emulator-'));
  const clock = new HandClock();
  try {
    await body(
      async (life, options) => {
        const emulator = await startEmulator({ timings, clock, dataDir, ...options });
        try {
          await life(new Client(emulator, clock));
        } finally {
          await emulator.stop();
        }
      },
      dataDir,
      clock,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

describe('data plane: restart', () => {
  it('keeps the files of sandboxes, seeds included, and no processes', () =>
    restarting(async run => {
      const ids = { box: '', seed: '' };
      await run(
        async client => {
          const box = new Box(client, (ids.box = await client.create({ name: 'box' })));
          const seed = new Box(client, (ids.seed = (await client.sandbox('api-dev')).id));
          await box.put('/workspace/f', 'kept');
          await box.start({ command: 'sleep', args: ['100'], name: 'gone' });
          assert.deepEqual(await box.names('/workspace'), ['f'], 'it has no past');
          assert.ok((await seed.names('/workspace')).includes('README.md'));
          await seed.put('/workspace/README.md', 'edited');
        },
        { sandboxes: 12 },
      );
      await run(async client => {
        const box = new Box(client, ids.box);
        assert.equal((await box.sh('cat /workspace/f; echo more >> /workspace/f')).stdout, 'kept');
        assert.equal(await box.read('/workspace/f'), 'keptmore\n');
        await box.code(404, 'GET', '/api/v1/processes/gone');
        assert.equal(await new Box(client, ids.seed).read('/workspace/README.md'), 'edited');
        await box.code(404, 'GET', '/api/v1/files?path=/workspace/README.md');
      });
    }));

  it('continues with a suspended sandbox, and with one that was resuming', () =>
    restarting(async (run, _, clock) => {
      await run(async client => {
        for (const name of ['asleep', 'waking']) {
          const box = new Box(client, await client.create({ name }));
          await box.put('/tmp/f', name);
          await suspend(box);
        }
        await client.expect(202, 'POST', '/sandboxes/waking/resume');
        await client.is('waking', 'pending');
      });
      await run(
        async client => {
          const back = new Box(client, 'waking').read('/tmp/f');
          await eventually(
            () => client.emulator.proxyRequests(),
            count => count === 1,
          );
          clock.advance(timings.resume);
          assert.equal(await back, 'waking');
          const suspended = new Box(client, 'asleep');
          assert.equal(await waking(suspended, () => suspended.read('/tmp/f')), 'asleep');
        },
        { dataPlane: { readyAfterBootMs: 60_000 } },
      );
    }));

  it('keeps changed addresses', () =>
    restarting(async run => {
      const options = { dialect: { address: 'moves' } };
      let url: string | undefined;
      await run(async client => {
        const box = new Box(client, await client.create({ name: 'box' }));
        await suspend(box);
        await waking(box, () => box.json(200, 'GET', health));
        url = (await client.sandbox('box')).sandbox_url?.replace(/:\d+$/, '');
        assert.match(url ?? '', /host-2/);
      }, options);
      await run(async client => {
        assert.equal((await client.sandbox('box')).sandbox_url?.replace(/:\d+$/, ''), url);
      }, options);
    }));

  it('restores from snapshots that were completed, interrupted or seeded', () =>
    restarting(async (run, _, clock) => {
      const snapshots: string[] = [];
      await run(
        async client => {
          const box = new Box(client, await client.create({ name: 'box' }));
          await box.put('/workspace/f', 'first');
          snapshots.push(await client.snapshot('box'));
          clock.advance(timings.snapshot);
          await box.put('/workspace/f', 'second');
          snapshots.push(await client.snapshot('box'));
        },
        { sandboxes: 12 },
      );
      await run(async client => {
        await new Box(client, 'box').put('/workspace/f', 'third');
        clock.advance(timings.snapshot);
        await client.is('box', 'running');
        for (const [index, content] of ['first', 'second'].entries()) {
          const id = await client.create({ snapshot_id: snapshots[index] });
          assert.equal(await new Box(client, id).read('/workspace/f'), content);
        }
        const { snapshots: all } = await client.expect(200, 'GET', '/snapshots');
        const seeded = (Array.isArray(all) ? all : [])
          .map(members)
          .find(({ id, status }) => status === 'completed' && !snapshots.includes(String(id)));
        const restored = await client.create({ snapshot_id: seeded?.['id'], resources: undefined });
        assert.ok((await new Box(client, restored).names('/workspace')).includes('README.md'));
      });
    }));

  it('removes the files of sandboxes that terminate later, and unknown files', () =>
    restarting(async (run, dataDir) => {
      const files = (...parts: readonly string[]): string => join(dataDir, 'files', ...parts);
      const ids: string[] = [];
      let snapshot = '';
      await run(async client => {
        for (const name of ['one', 'two']) ids.push(await client.create({ name }));
        for (const id of ids) await new Box(client, id).put('/f', id);
        snapshot = await client.snapshot('one');
        client.clock.advance(timings.snapshot);
      });
      mkdirSync(files('sandboxes', 'stray'));
      mkdirSync(files('snapshots', `${snapshot}.new`));
      await run(async client => {
        assert.deepEqual(readdirSync(files('sandboxes')).toSorted(), ids.toSorted());
        assert.deepEqual(readdirSync(files('snapshots')), [snapshot]);
        await client.expect(200, 'DELETE', '/sandboxes/one');
        await client.expect(200, 'DELETE', `/snapshots/${snapshot}`);
      });
      assert.deepEqual(readdirSync(files('sandboxes')), ids.slice(1));
      assert.deepEqual(readdirSync(files('snapshots')), []);
    }));

  it('does not change other files in a directory of the caller', () =>
    restarting(async (run, dataDir) => {
      const own = join(dataDir, 'own');
      mkdirSync(join(own, 'sandboxes', 'mine'), { recursive: true });
      writeFileSync(join(own, 'sandboxes', 'mine', 'f'), 'x');
      await run(
        async client => {
          const id = await client.create();
          await new Box(client, id).put('/f', 'x');
          assert.ok(existsSync(join(own, 'sandboxes', id, 'root', 'f')));
          assert.equal(client.emulator.filesDir, own);
        },
        { dataPlane: { dataDir: own } },
      );
      assert.ok(existsSync(join(own, 'sandboxes', 'mine', 'f')));
      assert.ok(!existsSync(join(dataDir, 'files')));
    }));

  it('ends processes that a killed emulator left running', function () {
    if (process.platform !== 'linux') this.skip();
    return restarting(async run => {
      let id = '';
      let mark = '';
      await run(async client => {
        const box = new Box(client, (id = await client.create({ name: 'box' })));
        mark = (await box.sh('echo $TENSORLAKE_UNIT')).stdout;
      });
      const env = { ...process.env, TENSORLAKE_UNIT: mark };
      const left = spawn('sleep', ['100'], { env, stdio: 'ignore', detached: true });
      const ended = new Promise(resolve => left.once('exit', (_, signal) => resolve(signal)));
      await run(async client => {
        await new Box(client, id).json(200, 'GET', health);
        assert.equal(await ended, 'SIGKILL');
      });
      assert.ok(!readFileSync('/proc/self/environ', 'latin1').includes(mark));
    });
  });
});
