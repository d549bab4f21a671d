import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startEmulator } from '../../../../emulator/server';
import { linesOf, recorded } from '../../../server/report';
import { runChecks } from '../../../server/run';
import { Server } from '../../../server/server';
import { projectRoot } from '../../../support/projectRoot';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

describe('emulator: --open-source', () => {
  it('says what was recorded of the open-source server', async function () {
    this.timeout(60_000);
    const emulator = await startEmulator({ ages: ['openSource'], speed: 20 });
    try {
      assert.deepEqual(await runChecks({ api: emulator.url, key: '' }), recorded().server);
    } finally {
      await emulator.stop();
    }
  });

  it('words types, closes an input twice, and gives pools their own default, as the server was seen to', async () => {
    const emulator = await startEmulator({ ages: ['openSource'], speed: 100 });
    try {
      const server = new Server({ api: emulator.url, key: '' });
      const refusals = [
        [{ resources: { cpus: 'x' } }, 'resources.cpus: invalid type: string "x", expected f64'],
        [{ image: 7 }, 'image: invalid type: integer `7`, expected a string'],
        [{ entrypoint: 'x' }, 'entrypoint: invalid type: string "x", expected a sequence'],
        [
          { allow_unauthenticated_access: 1 },
          'allow_unauthenticated_access: invalid type: integer `1`, expected a boolean',
        ],
        [{ timeout_secs: 1.5 }, 'timeout_secs: invalid type: floating point `1.5`, expected u64'],
      ] as const;
      for (const [body, words] of refusals) {
        const { status, text } = await server.control('POST', '/sandboxes', { body });
        assert.deepEqual([status, text.endsWith(words)], [422, true], text);
      }
      const made = await server.control('POST', '/sandbox-pools', { body: { image: 'x' } });
      const pool = await server.control('GET', `/sandbox-pools/${String(made.json['pool_id'])}`);
      assert.equal(pool.json['timeout_secs'], 0);
      const id = await server.running();
      const started = await server.inside(id, 'POST', '/api/v1/processes', {
        body: { command: 'cat', stdin_mode: 'pipe' },
      });
      const close = `/api/v1/processes/${String(started.json['pid'])}/stdin/close`;
      for (let times = 0; times < 2; times += 1)
        assert.equal((await server.inside(id, 'POST', close)).status, 204);
      const nameless = await server.plain('GET', '/api/v1/health');
      assert.deepEqual([nameless.status, nameless.json['code']], [400, 'MISSING_SANDBOX_ID']);
    } finally {
      await emulator.stop();
    }
  });

  it('gives what is claimed of a pool its timeout as it is, and no limit where it has none', async () => {
    const emulator = await startEmulator({ ages: ['openSource'], speed: 100 });
    try {
      const server = new Server({ api: emulator.url, key: '' });
      for (const [asked, timeout] of [
        [{}, 0],
        [{ timeout_secs: 0 }, 0],
        [{ timeout_secs: 100_000 }, 100_000],
      ] as const) {
        const made = await server.control('POST', '/sandbox-pools', { body: { image: 'x', ...asked } });
        const path = `/sandbox-pools/${String(made.json['pool_id'])}/sandboxes`;
        const claimed = await server.control('POST', path);
        assert.equal(claimed.status, 200, claimed.text);
        assert.equal((await server.row(String(claimed.json['sandbox_id'])))['timeout_secs'], timeout);
      }
    } finally {
      await emulator.stop();
    }
  });

  it('refuses the snapshot of one that waits, in the words of the server', async () => {
    const emulator = await startEmulator({ ages: ['openSource'] });
    try {
      const server = new Server({ api: emulator.url, key: '' });
      const body = { resources: { cpus: 100_000, memory_mb: 1_024 } };
      const { json } = await server.control('POST', '/sandboxes', { body });
      const path = `/sandboxes/${String(json['sandbox_id'])}/snapshot`;
      const { status, text } = await server.control('POST', path);
      assert.deepEqual([status, text], [400, 'Cannot snapshot a sandbox that is not yet running']);
    } finally {
      await emulator.stop();
    }
  });

  it('says how it is only at the path without a namespace', async () => {
    const emulator = await startEmulator({ ages: ['openSource'] });
    try {
      const server = new Server({ api: emulator.url, key: '' });
      assert.equal((await server.plain('GET', '/healthz')).status, 200);
      const { status, text } = await server.control('GET', '/healthz');
      assert.deepEqual([status, text], [404, '']);
    } finally {
      await emulator.stop();
    }
  });

  it('lets the way to its sandboxes fail and come back at the same port, and a daemon be killed', async () => {
    const emulator = await startEmulator({ ages: ['openSource'], speed: 100, ownProxyPort: true });
    try {
      const server = new Server({ api: emulator.url, key: '' });
      const id = await server.running();
      const address = await server.addressOf(id);
      assert.notEqual(address, emulator.url);
      const health = async (): Promise<string> => {
        const answer = await server.insideAt(address, id, 'GET', '/api/v1/health').catch(codeOf);
        if (typeof answer === 'string') return answer;
        const { code } = answer.json;
        return `${answer.status} ${typeof code === 'string' ? code : 'ok'}`;
      };
      const become = async (state: string): Promise<void> => {
        const headers = { authorization: `Bearer ${emulator.adminKey}` };
        await server.plain('POST', '/_emulator/proxy', { body: { state }, headers });
      };
      assert.equal(await health(), '200 ok');
      for (const [state, words] of [
        ['down', 'ECONNREFUSED'],
        ['resets', 'ECONNRESET'],
        ['unaware', '404 SANDBOX_NOT_FOUND'],
        ['up', '200 ok'],
      ] as const) {
        await become(state);
        assert.equal(await health(), words);
      }
      const headers = { authorization: `Bearer ${emulator.adminKey}` };
      await server.plain('POST', '/_emulator/kill', { body: { sandbox_id: id }, headers });
      assert.equal(await health(), '502 CONNECTION_REFUSED');
      const row = await server.until(id, 'terminated');
      assert.equal(row['outcome'], 'Failure(ContainerTerminated(Unknown))');
      assert.equal(await health(), '404 SANDBOX_NOT_FOUND');
    } finally {
      await emulator.stop();
    }
  });

  it('is compared with it in docs/reliability.md', () => {
    const page = readFileSync(path.join(projectRoot, 'docs', 'reliability.md'), 'utf8').split('\n');
    assert.deepEqual(
      linesOf(recorded()).filter(line => !page.includes(line)),
      [],
    );
  });
});
