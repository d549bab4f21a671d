import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { startEmulator, type EmulatorOptions } from '../../../../emulator/server';
import { HandClock } from '../handClock';
import { Client, small, timings } from '../harness';

const root = join(__dirname, '..', '..', '..', '..');

async function withDirectory(body: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'emulator-'));
  try {
    await body(dataDir);
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

/** Runs `body` with an emulator on a data directory. */
async function running(
  options: EmulatorOptions,
  clock: HandClock,
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ timings, clock, ...options });
  try {
    await body(new Client(emulator, clock));
  } finally {
    await emulator.stop();
  }
}

describe('emulator: data directory', () => {
  it('restores its state, including transitions', () =>
    withDirectory(async dataDir => {
      const clock = new HandClock();
      const options = { dataDir, sandboxes: 12 };
      let before: unknown;
      let pool = '';
      await running(options, clock, async client => {
        const made = await client.expect(200, 'POST', '/sandbox-pools', {
          image: 'x',
          ...small,
          warm_containers: 1,
        });
        pool = z.string().parse(made['pool_id']);
        await client.expect(200, 'PUT', '/platform/v1/secrets', { name: 'KEPT', value: 'v' });
        await client.create({ name: 'one' });
        await client.expect(202, 'POST', '/sandboxes/one/suspend');
        const two = await client.create({ name: 'two' });
        await client.expect(200, 'PATCH', `/sandboxes/${two}`, { name: 'renamed', exposed_ports: [80] });
        await client.expect(200, 'PATCH', `/sandboxes/${two}`, { resources: { memory_mb: 2048 } });
        await client.create({ name: 'three' });
        await client.snapshot('three');
        await client.queue({ name: 'four' });
        await client.expect(200, 'DELETE', '/sandboxes/web-preview');
        before = (await client.page()).sandboxes.map(({ id, name }) => [id, name]);
      });
      await running(options, clock, async client => {
        const { sandboxes } = await client.page();
        assert.deepEqual(
          sandboxes.map(({ id, name }) => [id, name]),
          before,
        );
        assert.deepEqual((await client.sandbox('renamed')).exposed_ports, [80]);
        assert.equal((await client.page('', '/archived-sandboxes')).sandboxes.length, 3);
        assert.ok(JSON.stringify(await client.expect(200, 'GET', '/platform/v1/secrets')).includes('KEPT'));
        await client.is('four', 'pending');
        clock.advance(timings.boot);
        await client.is('one', 'suspended');
        await client.is('three', 'running');
        await client.is('four', 'running');
        assert.equal((await client.sandbox('renamed')).resources.memory_mb, 2048);
        const claim = await client.expect(200, 'POST', `/sandbox-pools/${pool}/sandboxes`);
        assert.equal(claim['status'], 'running');
        const listed = await client.expect(200, 'GET', '/snapshots');
        const statuses = z
          .array(z.looseObject({ status: z.string() }))
          .parse(listed['snapshots'])
          .map(({ status }) => status);
        const unfinished = statuses.filter(status => status === 'in_progress');
        assert.equal(unfinished.length, 1, 'that of the seeds, which stay as they are');
      });
    }));

  it('uses the new keys of each run', () =>
    withDirectory(async dataDir => {
      const secrets = new Set<string>();
      const sshKeys = '/platform/v1/users/me/ssh-keys';
      for (const run of [1, 2]) {
        await running({ dataDir }, new HandClock(), async client => {
          const { apiKey, pat = '', adminKey } = client.emulator;
          for (const secret of [apiKey, pat, adminKey]) secrets.add(secret);
          assert.equal(secrets.size, run * 3);
          if (run === 1) {
            await client.create({ name: 'box' });
            const blob = Buffer.concat([Buffer.of(0, 0, 0, 11), Buffer.from('ssh-ed25519'), randomBytes(36)]);
            const publicKey = `ssh-ed25519 ${blob.toString('base64')}`;
            await client.person().expect(201, 'POST', sshKeys, { name: 'laptop', publicKey });
          }
          assert.equal((await client.sandbox('box')).name, 'box');
          const { items } = await client.person().expect(200, 'GET', sshKeys);
          assert.match(JSON.stringify(items), /"laptop"/);
        });
      }
      const state = await readFile(join(dataDir, 'state.jsonl'), 'utf8');
      for (const secret of secrets) assert.ok(!state.includes(secret), 'no key of a run is kept');
    }));

  it('does not count the time without a server as idle', () =>
    withDirectory(async dataDir => {
      const clock = new HandClock();
      await running({ dataDir }, clock, async client => {
        await client.create({ name: 'box' });
      });
      clock.advance(24 * 3_600_000);
      await running({ dataDir }, clock, async client => {
        clock.advance(1);
        await client.is('box', 'running');
        clock.advance(600_000);
        await client.is('box', 'suspending');
      });
    }));

  it('keeps tokens of logins and SSH keys', () =>
    withDirectory(async dataDir => {
      const clock = new HandClock();
      let token = '';
      await running({ dataDir }, clock, async client => {
        const login = await client.expect(200, 'POST', '/platform/cli/login/start');
        const url = `${client.emulator.url}/cli/login?user_code=${String(login['user_code'])}`;
        const headers = { authorization: `Bearer ${client.emulator.apiKey}` };
        await fetch(url, { method: 'POST', headers });
        const body = { device_code: login['device_code'] };
        token = String(
          (await client.expect(200, 'POST', '/platform/cli/login/exchange', body))['access_token'],
        );
      });
      await running({ dataDir }, clock, async client => {
        await client.as(token).expect(200, 'GET', '/platform/v1/organizations');
      });
    }));

  it('ignores an incomplete last line and no other', () =>
    withDirectory(async dataDir => {
      const clock = new HandClock();
      const file = join(dataDir, 'state.jsonl');
      await running({ dataDir }, clock, async client => {
        await client.create({ name: 'box' });
      });
      assert.equal((await stat(file)).mode & 0o077, 0, 'secrets are in there');
      await appendFile(file, '{"table":"sandbox","id":"x","rec');
      await running({ dataDir }, clock, async client => {
        assert.equal((await client.page()).sandboxes.length, 1);
      });
      const lines = await readFile(file, 'utf8');
      assert.equal(lines.split('\n').length, 2, 'one line: what was torn or outdated is gone');
      await writeFile(file, `garbage\n${lines}`);
      await assert.rejects(startEmulator({ dataDir }), /state\.jsonl:1 is not a line/);
      await writeFile(file, `${JSON.stringify({ table: 'sandbox', id: 'x', record: { id: 'x' } })}\n`);
      await assert.rejects(startEmulator({ dataDir }), /The sandbox x in the data directory/);
    }));

  it('is used by one server at a time, and released after a failed start', () =>
    withDirectory(async dataDir => {
      const emulator = await startEmulator({ dataDir });
      await assert.rejects(startEmulator({ dataDir }), /uses this data directory/);
      const other = await startEmulator();
      await emulator.stop();
      await assert.rejects(startEmulator({ dataDir, port: other.port }), { code: 'EADDRINUSE' });
      await writeFile(join(dataDir, 'lock'), '999999999');
      const again = await startEmulator({ dataDir });
      await again.stop();
      await other.stop();
    }));

  it('has every acknowledged sandbox after SIGKILL during 200 concurrent creates, several times', () =>
    withDirectory(async dataDir => {
      const acknowledged: string[] = [];
      // Early, in the middle and late; each round starts with the data of the previous one.
      for (const killAfter of [1, 60, 150]) {
        const names = await killedAmongCreates(dataDir, killAfter);
        assert.ok(names.length >= killAfter);
        acknowledged.push(...names);
      }
      await running({ dataDir }, new HandClock(), async client => {
        for (const name of acknowledged) assert.equal((await client.sandbox(name)).name, name);
      });
    })).timeout(60_000);
});

/**
 * Starts an emulator on a data directory, asks it for 200 sandboxes at once and kills it as soon as it has acknowledged
 * `killAfter` of them.
 *
 * @returns the names of those that it has acknowledged
 */
async function killedAmongCreates(dataDir: string, killAfter: number): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'emulator/main.ts', '--port', '0', '--sandboxes', '0', '--data', dataDir],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { url, apiKey } = await announced(child);
  const acknowledged: string[] = [];
  const creates = Array.from({ length: 200 }, async (_, index) => {
    const name = `box-${killAfter}-${index}`;
    const response = await fetch(`${url}/sandboxes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ ...small, name, wait: false }),
    });
    if (response.status !== 202) return;
    acknowledged.push(name);
    if (acknowledged.length === killAfter) child.kill('SIGKILL');
  });
  await Promise.allSettled(creates);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return acknowledged;
}

/** The address and the key a started emulator prints. */
async function announced(child: ChildProcess): Promise<{ readonly url: string; readonly apiKey: string }> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url, apiKey] = /TENSORLAKE_API_URL=(\S+) .*TENSORLAKE_API_KEY=(\S+)/.exec(line) ?? [];
    if (url !== undefined && apiKey !== undefined) return { url, apiKey };
  }
  throw new Error('The emulator did not start');
}
