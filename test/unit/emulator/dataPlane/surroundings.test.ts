import assert from 'node:assert/strict';
import { z } from 'zod';
import { timings, withEmulator } from '../harness';
import { head, switchOn } from '../rawClient';
import { Box, eventually, inBox } from './harness';
import { createPty, ptyPath } from './ptyViewer';

const health = '/api/v1/health';

const logPage = z.object({
  logs: z.array(
    z.looseObject({ body: z.string(), level: z.number(), resourceAttributes: z.array(z.array(z.string())) }),
  ),
});

const streamPage = z.object({
  processes: z.array(
    z.looseObject({
      processId: z.string(),
      processPid: z.string(),
      processCommand: z.string(),
      processManagedId: z.string(),
      processManagedName: z.string(),
      logCount: z.number(),
    }),
  ),
});

async function bodies({ client, id }: Box): Promise<readonly string[]> {
  const page = await client.expect(200, 'GET', `/v1/namespaces/default/sandboxes/${id}/logs`);
  return logPage.parse(page).logs.map(({ body, level }) => `${level} ${body}`);
}

async function streams({ client, id }: Box) {
  const page = await client.expect(200, 'GET', `/v1/namespaces/default/sandboxes/${id}/processes`);
  return streamPage.parse(page).processes;
}

describe('data plane: retained logs', () => {
  it(
    'contain the output of processes, also after termination',
    inBox(async box => {
      await box.sh('echo out; sleep 0.02; echo err >&2; sleep 0.02; echo \'{"message":"m","level":"warn"}\'');
      await box.start({ command: 'echo', args: ['unheard'], stdout_mode: 'discard' });
      await box.client.expect(200, 'DELETE', '/sandboxes/box');
      assert.deepEqual(await bodies(box), ['3 out', '5 err', '4 m']);
      const [stream] = await streams(box);
      assert.match(stream?.processCommand ?? '', /^sh -c echo out/);
      assert.equal(stream?.logCount, 3);
    }),
  );

  it(
    'have one id for a managed process, with any pid',
    inBox(async box => {
      const first = await box.start({
        command: 'sh',
        args: ['-c', 'echo up; exec sleep 100'],
        name: 'web',
      });
      await eventually(
        () => streams(box),
        ([only]) => only?.logCount === 1,
      );
      await box.json(200, 'POST', '/api/v1/processes/web/restart');
      const [stream, ...others] = await eventually(
        () => streams(box),
        ([only]) => only?.logCount === 2,
      );
      assert.deepEqual(others, []);
      const info = await box.process('web');
      assert.notEqual(info.pid, first.pid);
      assert.deepEqual(
        [stream?.processPid, stream?.processManagedName, stream?.processManagedId],
        [String(info.pid), 'web', info.managed?.['id']],
      );
      assert.notEqual(stream?.processId, '');
    }),
  );
});

describe('data plane: secrets', () => {
  it(
    'are in the environment of sandboxes that request them, with their current values',
    withEmulator({}, async client => {
      const set = (name: string, value: string) =>
        client.expect(200, 'PUT', '/platform/v1/secrets', { name, value });
      await set('TOKEN', 'one');
      await set('OTHER', 'hidden');
      const box = new Box(client, await client.create({ name: 'box', secret_names: ['TOKEN', 'NONE'] }));
      const show = 'echo $TOKEN $OTHER $NONE .';
      assert.equal((await box.sh(show)).stdout, 'one .');
      assert.equal((await box.sh(show, { env: { TOKEN: 'own' } })).stdout, 'own .');
      await set('TOKEN', 'two');
      assert.equal((await box.sh(show)).stdout, 'two .');
      const pty = await createPty(box, 'test "$TOKEN" = two && exec cat');
      (await box.opened(ptyPath(pty), { 'x-pty-token': pty.token })).close();
      const answer = client.held('POST', `/sandboxes/${box.id}/copy?times=1`).then(held => held.answer);
      await eventually(
        () => client.page(),
        ({ sandboxes }) => sandboxes.length === 2,
      );
      client.clock.advance(timings.resume);
      const copied = z.looseObject({ sandboxes: z.array(z.looseObject({ sandbox_id: z.string() })) });
      const [clone] = copied.parse((await answer).body).sandboxes;
      assert.equal((await new Box(client, clone?.sandbox_id ?? '').sh(show)).stdout, 'two .');
    }),
  );
});

describe('data plane: personal access tokens', () => {
  it(
    'are sent with a project in headers, or in the query of a WebSocket',
    inBox(async box => {
      const { organizationId, projectId, pat = '' } = box.client.emulator;
      const authorization = `Bearer ${pat}`;
      const person = box.with({ authorization });
      const forwarded = {
        'x-forwarded-organization-id': organizationId,
        'x-forwarded-project-id': projectId,
      };
      await person.code(403, 'GET', health);
      await box.with({ authorization, ...forwarded }).json(200, 'GET', health);
      const query = new URLSearchParams({ organizationId, projectId }).toString();
      await person.code(403, 'GET', `${health}?${query}`);
      const path = '/api/v1/pty/nobody/ws';
      assert.deepEqual(await person.refusedSocket(path), [403, undefined]);
      assert.deepEqual(await person.refusedSocket(`${path}?${query}`), [404, 'SESSION_NOT_FOUND']);
      assert.deepEqual(await box.refusedSocket(`${path}?organizationId=x&projectId=y`), [403, undefined]);
    }),
  );
});

describe('data plane: the sandbox proxy', () => {
  it(
    'reports a missing sandbox, to WebSockets too',
    inBox(async box => {
      const nobody = box.with({ 'x-tensorlake-sandbox-id': '' });
      assert.equal(await nobody.code(400, 'GET', health), 'MISSING_SANDBOX_ID');
      assert.equal(await nobody.code(400, 'PUT', '/api/v1/files?path=/f', 'bytes'), 'MISSING_SANDBOX_ID');
      assert.deepEqual(await nobody.refusedSocket('/api/v1/pty/x/ws'), [400, 'MISSING_SANDBOX_ID']);
    }),
  );

  it(
    'applies faults first, to upgrades too',
    inBox(async box => {
      const { client } = box;
      await switchOn(client, '503', { plane: 'proxy', code: 'SANDBOX_NOT_READY', next: 2 });
      assert.equal(await box.code(503, 'GET', health), 'SANDBOX_NOT_READY');
      assert.deepEqual(await box.refusedSocket('/api/v1/pty/x/ws'), [503, 'SANDBOX_NOT_READY']);
      await box.json(200, 'GET', health);
      await switchOn(client, 'slow-headers', { plane: 'proxy', ms: 700 });
      const before = client.emulator.proxyRequests();
      const socket = box.refusedSocket('/api/v1/pty/x/ws');
      const answer = head(client, { path: health, headers: { 'x-tensorlake-sandbox-id': box.id } });
      let answered = 0;
      for (const each of [socket, answer]) void each.then(() => (answered += 1));
      await eventually(
        () => client.emulator.proxyRequests(),
        count => count === before + 2,
      );
      client.clock.advance(699);
      await client.page();
      assert.equal(answered, 0);
      client.clock.advance(1);
      assert.deepEqual(await socket, [404, 'SESSION_NOT_FOUND']);
      assert.equal((await answer).statusCode, 200);
    }),
  );
});
