import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { z } from 'zod';
import { faultNames } from '../../../../emulator/faults/table';
import { Box, members } from '../dataPlane/harness';
import { createPty, Viewer } from '../dataPlane/ptyViewer';
import { small, timings, withEmulator, type Client } from '../harness';
import { head, raw, switchOn } from '../rawClient';

/** Faults that a test below has covered. */
const shown = new Set<string>();

/** Switches a fault on over the admin path. */
async function on(client: Client, fault: string, fields: object = {}): Promise<void> {
  shown.add(fault);
  await switchOn(client, fault, fields);
}

/** A test with an emulator that has one running, named sandbox. */
function withFault(
  fault: string,
  fields: object,
  body: (client: Client, id: string) => Promise<void>,
): () => Promise<void> {
  return withEmulator({}, async client => {
    const id = await client.create({
      name: 'box',
      network: { deny_out: ['10.0.0.0/8'] },
      resources: { cpus: 1, memory_mb: 1024, gpus: [{ count: 1, model: 'A10' }] },
    });
    await on(client, fault, fields);
    await body(client, id);
  });
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise(setImmediate);
}

describe('emulator faults: answers instead of processing', () => {
  for (const status of [413, 500, 502, 503, 504]) {
    it(
      `${status}: with a message, and the request is not carried out`,
      withFault(String(status), { method: 'DELETE' }, async (client, id) => {
        assert.equal(typeof (await client.refused(status, 'DELETE', `/sandboxes/${id}`)), 'string');
        await client.is(id, 'running');
      }),
    );
  }

  for (const status of [502, 503, 504]) {
    it(
      `${status}: with a code of the proxy, on either plane`,
      withFault(String(status), { code: 'SANDBOX_UNREACHABLE', plane: 'any' }, async (client, id) => {
        const hosts: readonly Record<string, string>[] = [{}, { 'x-tensorlake-sandbox-id': id }];
        for (const headers of hosts) {
          const answer = await raw(client, { headers });
          assert.equal(answer.status, status);
          assert.equal(
            z.object({ code: z.string() }).parse(JSON.parse(answer.text)).code,
            'SANDBOX_UNREACHABLE',
          );
        }
      }),
    );
  }

  it(
    '429: with Retry-After in seconds',
    withFault('429', { retryAfter: 7 }, async client => {
      const { status, headers } = await raw(client);
      assert.deepEqual([status, headers['retry-after']], [429, '7']);
    }),
  );

  it(
    '429: with Retry-After as a date, and without',
    withFault('429', { retryAfter: 60, form: 'date', next: 1 }, async client => {
      const first = await raw(client);
      const expected = Math.ceil(client.clock.now() / 1_000 + 60) * 1_000;
      assert.equal(Date.parse(first.headers['retry-after'] ?? ''), expected);
      await on(client, '429', { form: 'none' });
      const second = await raw(client);
      assert.deepEqual([second.status, second.headers['retry-after']], [429, undefined]);
    }),
  );

  it(
    'html: a page instead of JSON',
    withFault('html', { status: 502 }, async client => {
      const answer = await raw(client);
      assert.equal(answer.status, 502);
      assert.match(answer.headers['content-type'] ?? '', /^text\/html/);
      assert.match(answer.text, /^<html>/);
      await client.as(client.emulator.adminKey).expect(200, 'DELETE', '/_emulator/faults');
      await on(client, 'html', { status: 200 });
      assert.equal((await raw(client)).status, 200);
    }),
  );

  it(
    'plain-text: errors of the server and of other faults as text',
    withFault('plain-text', {}, async client => {
      const answer = await raw(client, { path: '/sandboxes/none' });
      assert.deepEqual([answer.status, answer.text], [404, 'Sandbox not found']);
      assert.match(answer.headers['content-type'] ?? '', /^text\/plain/);
      assert.equal((await raw(client)).status, 200);
      await on(client, 'plain-text', { status: 500, text: 'boom' });
      assert.equal((await raw(client)).text, 'boom');
    }),
  );
});

describe('emulator faults: connections', () => {
  it(
    'drop-before: the connection ends before the request is carried out',
    withFault('drop-before', { method: 'POST' }, async client => {
      await assert.rejects(raw(client, { method: 'POST', path: '/sandboxes', body: small }), {
        code: 'ECONNRESET',
      });
      assert.equal((await client.page()).sandboxes.length, 1);
    }),
  );

  it(
    'drop-after: the connection ends after the request is carried out',
    withFault('drop-after', { method: 'POST' }, async client => {
      const body = { ...small, name: 'orphan', wait: false };
      await assert.rejects(raw(client, { method: 'POST', path: '/sandboxes', body }), { code: 'ECONNRESET' });
      await client.is('orphan', 'pending');
    }),
  );

  it(
    'half-open: the request is accepted and never answered',
    withFault('half-open', { next: 1 }, async client => {
      const socket = connect(client.emulator.port, '127.0.0.1');
      let heard = 0;
      socket.on('data', (chunk: Buffer) => (heard += chunk.length));
      socket.write('GET /sandboxes HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const taken = client.emulator.requests().length + 1;
      await until(() => client.emulator.requests().length === taken);
      assert.equal((await raw(client)).status, 200, 'the next one is answered');
      client.clock.advance(3_600_000);
      assert.equal(heard, 0);
      assert.equal(socket.readyState, 'open');
      socket.destroy();
    }),
  );

  it(
    'slow-headers: processed at once, answered late',
    withFault('slow-headers', { ms: 5_000, method: 'DELETE' }, async (client, id) => {
      let answered = false;
      const held = await client.held('DELETE', `/sandboxes/${id}`);
      const done = held.answer.then(() => (answered = true));
      await client.is(id, 'terminated');
      client.clock.advance(4_999);
      await client.page();
      assert.equal(answered, false);
      client.clock.advance(1);
      await done;
    }),
  );

  it(
    'slow-headers: delays requests to a sandbox too',
    withFault('slow-headers', { ms: 5_000, plane: 'proxy' }, async (client, id) => {
      let answered = false;
      const done = raw(client, { path: '/x', headers: { 'x-tensorlake-sandbox-id': id } }).then(
        () => (answered = true),
      );
      await until(() => client.emulator.proxyRequests() === 1);
      await client.page();
      assert.equal(answered, false);
      client.clock.advance(5_000);
      await done;
    }),
  );

  it(
    'slow-body: headers at once, the body in pieces',
    withFault('slow-body', { ms: 1_000, pieces: 4 }, async client => {
      const answer = await head(client);
      assert.equal(answer.statusCode, 200);
      let got = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (got += chunk));
      assert.equal(got, '');
      client.clock.advance(500);
      const half = Math.ceil(Number(answer.headers['content-length']) / 4) * 2;
      await until(() => got.length === half);
      client.clock.advance(500);
      await once(answer, 'end');
      assert.equal(got.length, Number(answer.headers['content-length']));
    }),
  );

  it(
    'truncated: the connection is cut in the middle of the body',
    withFault('truncated', { keep: 0.25 }, async client => {
      const answer = await head(client);
      let got = 0;
      answer.on('data', (chunk: Buffer) => (got += chunk.length));
      await assert.rejects(once(answer, 'end'), { code: 'ECONNRESET' });
      assert.equal(got, Math.floor(Number(answer.headers['content-length']) / 4));
    }),
  );

  it(
    'truncated: complete for HTTP, but invalid JSON',
    withFault('truncated', { complete: true }, async client => {
      await assert.rejects(json(await head(client)), SyntaxError);
    }),
  );

  it(
    'drop-before, drop-after, and errors apply to upgrades',
    withFault('503', { plane: 'proxy', next: 1 }, async (client, id) => {
      const upgrade = async (): Promise<string> => {
        const socket = connect(client.emulator.port, '127.0.0.1');
        await once(socket, 'connect');
        socket.write(
          `GET /x HTTP/1.1\r\nHost: ${id}.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        );
        return text(socket);
      };
      assert.match(await upgrade(), /^HTTP\/1\.1 503 Service Unavailable\r\n/);
      for (const fault of ['drop-before', 'drop-after']) {
        await on(client, fault, { plane: 'proxy', next: 1 });
        assert.equal(await upgrade(), '');
      }
      assert.doesNotMatch(await upgrade(), /^$|^HTTP\/1\.1 503 /, 'the sandbox answers again');
    }),
  );
});

describe('emulator faults: bodies', () => {
  it(
    'garbage-row: one row of a list is unreadable',
    withFault('garbage-row', { next: 1 }, async client => {
      const list = async () =>
        z.object({ sandboxes: z.array(z.unknown()) }).parse(JSON.parse((await raw(client)).text)).sandboxes;
      const [, garbage] = await list();
      assert.equal(z.looseObject({ id: z.number() }).parse(garbage).id, 17);
      await on(client, 'garbage-row', { row: 'null' });
      assert.equal((await list())[1], null);
    }),
  );

  it(
    'unknown-state: sandboxes in an unknown state',
    withFault('unknown-state', { state: 'defragmenting' }, async (client, id) => {
      assert.equal((await client.sandbox(id)).status, 'defragmenting');
      assert.equal((await client.page()).sandboxes[0]?.status, 'defragmenting');
    }),
  );

  const object = z.record(z.string(), z.unknown());

  const otherSpellings: readonly (readonly [string, string, string])[] = [
    ['legacy-disk', 'resources.disk_mb', 'resources.ephemeral_disk_mb'],
    ['legacy-gpus', 'resources.gpus', 'resources.gpu_configs'],
    ['legacy-network', 'network_policy', 'network'],
    ['legacy-access', 'allow_unauthenticated_access', 'allow_unauthenticated_proxy_access'],
    ['other-ids', 'id', 'sandbox_id'],
    ['other-status', 'status', 'state'],
  ];
  for (const [fault, usual, other] of otherSpellings) {
    it(
      `${fault}: ${other} instead of ${usual}`,
      withFault(fault, { next: 1 }, async (client, id) => {
        const read = async () => {
          const sandbox = await client.expect(200, 'GET', `/sandboxes/${id}`);
          return (path: string): unknown =>
            path.split('.').reduce<unknown>((at, key) => object.parse(at)[key], sandbox);
        };
        const odd = await read();
        assert.equal(odd(usual), undefined);
        assert.notEqual(odd(other), undefined);
        assert.deepEqual(odd(other), (await read())(usual));
      }),
    );
  }

  it(
    'bare: no name and no addresses',
    withFault('bare', {}, async (client, id) => {
      const sandbox = await client.expect(200, 'GET', `/sandboxes/${id}`);
      for (const key of ['name', 'sandbox_url', 'ingress_endpoint']) assert.equal(key in sandbox, false);
      assert.equal(sandbox['id'], id);
      const { answer } = await client.held('POST', '/sandboxes', small);
      client.clock.advance(timings.boot);
      assert.deepEqual(Object.keys((await answer).body), ['sandbox_id', 'status']);
    }),
  );

  it(
    'camel-case: instead of the usual spelling, or in addition',
    withFault('camel-case', { next: 1 }, async (client, id) => {
      const only = await client.expect(200, 'GET', `/sandboxes/${id}`);
      assert.equal(only['timeoutSecs'], 600);
      assert.equal(object.parse(only['resources'])['memoryMb'], 1024);
      assert.equal('timeout_secs' in only, false);
      await on(client, 'camel-case', { keep: true });
      const both = await client.expect(200, 'GET', `/sandboxes/${id}`);
      assert.equal(both['sandboxUrl'], both['sandbox_url']);
    }),
  );

  it(
    'times: in other units',
    withFault('times', { unit: 's', next: 1 }, async (client, id) => {
      const at = async () => (await client.expect(200, 'GET', `/sandboxes/${id}`))['created_at'];
      const seconds = await at();
      const ms = Number(await at());
      assert.equal(seconds, Math.floor(ms / 1e3));
      const units = { us: ms * 1e3, ns: ms * 1e6, iso: new Date(ms).toISOString() };
      for (const [unit, expected] of Object.entries(units)) {
        await on(client, 'times', { unit, next: 1 });
        assert.equal(await at(), expected);
      }
    }),
  );

  it(
    'clock-skew: Date and all times are shifted',
    withFault('clock-skew', { seconds: 3_600, next: 1 }, async (client, id) => {
      const skewed = await raw(client, { path: `/sandboxes/${id}` });
      const right = await client.sandbox(id);
      assert.equal(object.parse(JSON.parse(skewed.text))['created_at'], right.created_at + 3_600_000);
      const expected = Math.floor(client.clock.now() / 1_000 + 3_600) * 1_000;
      assert.equal(Date.parse(skewed.headers.date ?? ''), expected);
    }),
  );
});

describe('emulator faults: of the daemon', () => {
  it(
    'missing-final-frame: a run ends without its result',
    withFault('missing-final-frame', { next: 1 }, async (client, id) => {
      const box = new Box(client, id);
      await box.json(200, 'GET', '/api/v1/health');
      const { text: frames, exitCode } = await box.sh('echo one');
      assert.match(frames, /"one".*\n\n$/);
      assert.equal(exitCode, undefined);
      assert.equal((await box.sh('echo two')).exitCode, 0);
    }),
  );

  it(
    'heartbeat-frames: silent streams are kept open by data frames',
    withFault('heartbeat-frames', {}, async (client, id) => {
      const gone = new AbortController();
      const body = { command: 'sleep', args: ['100'] };
      const response = await new Box(client, id).fetch('POST', '/api/v1/processes/run', body, gone.signal);
      client.clock.advance(15_000);
      assert.ok(response.body);
      let seen = '';
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        seen += z.string().parse(piece);
        if (seen.includes('data: {"type":"heartbeat"}\n\n')) break;
      }
      gone.abort();
    }),
  );

  it(
    'legacy-processes: fewer fields',
    withFault('legacy-processes', {}, async (client, id) => {
      const sleeper = { command: 'sleep', args: ['100'], name: 'old' };
      const answer = await new Box(client, id).json(201, 'POST', '/api/v1/processes', sleeper);
      const names = Object.keys(members(answer));
      assert.ok(names.includes('pid'));
      assert.ok(!['handle', 'oom_killed', 'managed'].some(name => names.includes(name)));
    }),
  );

  it(
    'legacy-pty-exit: only the close reason reports the end',
    withFault('legacy-pty-exit', {}, async (client, id) => {
      const box = new Box(client, id);
      const viewer = await Viewer.attach(box, await createPty(box, 'read x; exit 7'));
      viewer.type('\r');
      assert.deepEqual(await viewer.closed(), [1000, 'exit:7']);
      assert.ok(viewer.frames.every(frame => frame[0] === 0));
    }),
  );
});

describe('emulator faults: all', () => {
  it('each have a test', () => {
    assert.deepEqual(
      faultNames.filter(name => !shown.has(name)),
      [],
    );
  });
});
