import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isAmbiguous } from '../../../../../src/core/kernel/errors';
import { never, testKey } from '../../http/fakeTransport';
import { isKind, lastLine, resources } from '../resources';

const sandbox = { id: 'a', status: 'running' };

const curlAsPrintf = `curl() { printf '%s\\0' "$@"; }; TENSORLAKE_API_KEY=key-of-the-shell; `;

function argumentsOf(command: string): readonly string[] {
  return execFileSync('/bin/sh', ['-c', curlAsPrintf + command], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('Sandboxes', () => {
  it('parses an unchanged page only once, separately for the whole list and the running sandboxes', async () => {
    const text = JSON.stringify({ sandboxes: [sandbox] });
    const api = resources([{ text }, { text }, { text }, { text: text.replace('running', 'pending') }]);
    const first = await api.sandboxes.listPage({}, never);
    assert.equal(await api.sandboxes.listPage({}, never), first);
    assert.notEqual(await api.sandboxes.listPage({ runningOnly: true }, never), first);
    assert.equal((await api.sandboxes.listPage({}, never)).sandboxes[0]?.state, 'pending');
  });

  it('lists pages with the number of rows that could not be read', async () => {
    const all = resources([
      { json: { sandboxes: [sandbox, {}], next_cursor: 'c=' } },
      { json: { sandboxes: [{ id: 'b' }] } },
    ]);
    const page = await all.sandboxes.listPage({ limit: 7 }, never);
    assert.deepEqual([page.sandboxes.length, page.badRows, page.nextCursor], [1, 1, 'cursor=c%3D']);
    const next = await all.sandboxes.listPage({ limit: 7, cursor: 'cursor=c%3D' }, never);
    assert.deepEqual([next.sandboxes.length, next.nextCursor], [1, undefined]);
    assert.equal(lastLine(all), 'GET /sandboxes?limit=7&cursor=c%3D');
    assert.equal(all.transport.last.isApart, true, 'It must not wait for other reads that hang');
  });

  it('reads 504 and 422 as outcomes when they name a sandbox, and as errors otherwise', async () => {
    const timeout = await resources([
      { status: 504, json: { sandbox_id: 'a', status: 'timeout' } },
    ]).sandboxes.create({}, never);
    assert.equal(timeout.kind, 'accepted');
    const failed = await resources([
      { status: 422, json: { sandbox_id: 'a', status: 'failed' } },
    ]).sandboxes.create({}, never);
    assert.equal(failed.kind, 'failed');
    await assert.rejects(
      resources([{ status: 422, json: { message: 'no' } }]).sandboxes.create({}, never),
      isKind('invalid'),
    );
    await assert.rejects(
      resources([{ status: 504, text: '<html>' }]).sandboxes.create({}, never),
      isAmbiguous,
    );
    await assert.rejects(resources([{ text: '<html>' }]).sandboxes.create({}, never), isAmbiguous);
    const copies = { sandboxes: [{ sandbox_id: 'a', status: 'failed' }] };
    for (const status of [200, 207, 422, 504]) {
      const outcome = await resources([{ status, json: copies }]).sandboxes.copy('a', 1, never);
      assert.equal(outcome.copies[0]?.kind, 'failed');
    }
  });

  it('ignores the body of terminate, suspend and resume', async () => {
    const text = '<html>not JSON';
    assert.equal(await resources([{ text }]).sandboxes.terminate('a', never), 'terminated');
    assert.equal(await resources([{ status: 404, text }]).sandboxes.terminate('a', never), 'gone');
    assert.equal(await resources([{ status: 202, text }]).sandboxes.suspend('a', never), 'started');
    assert.equal(await resources([{ status: 200, text }]).sandboxes.suspend('a', never), 'already');
    assert.equal(await resources([{ status: 200, text }]).sandboxes.resume('a', never), 'already');
    await assert.rejects(resources([{ status: 404 }]).sandboxes.suspend('a', never), isKind('notFound'));
  });
});

describe('a create as a curl command', () => {
  it('sends the same request as the extension, and quotes every value', async () => {
    const { sandboxes } = resources([{}], { namespace: 'my ns' }, 'http://127.0.0.1:8900/base');
    const entrypoint = ['bash', '-lc', `echo "it's" $HOME \`id\` \\ !x\nnext`, '@file'];
    const command = await sandboxes.curlOfCreate({ name: 'web', entrypoint, wait: false });
    assert.ok(!command.includes(testKey));
    const [silent, method, verb, url, header, authorization, , type, data, body] = argumentsOf(command);
    assert.deepEqual([silent, method, verb, header], ['-sS', '-X', 'POST', '-H']);
    assert.equal(url, 'http://127.0.0.1:8900/base/v1/namespaces/my%20ns/sandboxes');
    assert.equal(authorization, 'Authorization: Bearer key-of-the-shell');
    assert.equal(type, 'Content-Type: application/json');
    assert.equal(data, '--data-raw');
    assert.deepEqual(JSON.parse(body ?? ''), {
      name: 'web',
      resources: { cpus: 1, memory_mb: 1024 },
      entrypoint,
      wait: false,
    });
  });

  it('has a path without a namespace in the cloud', async () => {
    const { sandboxes } = resources([{}]);
    assert.match(
      await sandboxes.curlOfCreate({}),
      /^curl -sS -X POST https:\/\/api\.tensorlake\.ai\/sandboxes \\\n/,
    );
  });
});
