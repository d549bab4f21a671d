import assert from 'node:assert/strict';
import { generateKeyPairSync, createHash } from 'node:crypto';
import { z } from 'zod';
import { timings, withEmulator, type Client } from '../harness';

const items = z.array(z.looseObject({ id: z.string(), name: z.string() }));

interface Scope {
  readonly organization: string;
  readonly project: string;
}

async function scopeOf(client: Client): Promise<Scope> {
  const body = await client.expect(200, 'POST', '/platform/v1/keys/introspect');
  return { organization: String(body['organizationId']), project: String(body['projectId']) };
}

function forwarded({ organization, project }: Scope): Record<string, string> {
  return { 'x-forwarded-organization-id': organization, 'x-forwarded-project-id': project };
}

function below({ organization, project }: Scope, path: string): string {
  return `/platform/v1/organizations/${organization}/projects/${project}${path}`;
}

/** An OpenSSH public key line, as RFC 8709 builds it. */
function sshKey(): { readonly line: string; readonly blob: Buffer } {
  const raw = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]);
  return { line: `ssh-ed25519 ${blob.toString('base64')} me@here`, blob };
}

describe('emulator: personal access tokens', () => {
  it(
    'reach a project by its forwarded ids only',
    withEmulator({ apiKeys: ['one', 'two'] }, async client => {
      const one = await scopeOf(client);
      const two = await scopeOf(client.as('two'));
      const id = await client.create({ name: 'mine' });
      const person = client.person();
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await person.call('GET', `/sandboxes/${id}`, undefined, headers)).status;
      assert.equal(await status(forwarded(one)), 200);
      assert.equal(await status(forwarded(two)), 404);
      assert.equal(await status({}), 403);
      assert.equal(await status({ 'x-forwarded-project-id': one.project }), 403);
      assert.equal(await status(forwarded({ ...one, organization: 'org_other' })), 403);
      assert.equal(await status(forwarded({ ...one, project: 'project_other' })), 403);
      await client.as('tl_pat_unknown').refused(401, 'GET', '/sandboxes');
    }),
  );

  it(
    'list organizations and projects; a key sees its own project, and may not send foreign ids',
    withEmulator({ apiKeys: ['one', 'two'] }, async client => {
      const one = await scopeOf(client);
      const two = await scopeOf(client.as('two'));
      const person = client.person();
      const listed = await person.expect(200, 'GET', '/platform/v1/organizations');
      assert.deepEqual(listed['items'], [{ id: one.organization, name: 'Emulator' }]);
      const path = `/platform/v1/organizations/${one.organization}/projects`;
      const projects = items.parse((await person.expect(200, 'GET', path))['items']);
      assert.deepEqual(
        projects.map(({ id }) => id),
        [one.project, two.project],
      );
      await person.refused(403, 'GET', '/platform/v1/organizations/org_other/projects');
      const detail = await person.expect(200, 'GET', `${path}/${two.project}`);
      assert.equal(detail['organizationName'], 'Emulator');
      assert.equal(detail['name'], 'project-2');
      await person.refused(403, 'GET', `${path}/project_other`);
      await person.refused(403, 'POST', '/platform/v1/keys/introspect');

      await client.expect(200, 'GET', `${path}/${one.project}`);
      await client.refused(403, 'GET', `${path}/${two.project}`);
      await client.refused(403, 'GET', '/platform/v1/organizations');
      await client.refused(403, 'GET', path);
      assert.equal((await client.call('GET', '/sandboxes', undefined, forwarded(one))).status, 200);
      assert.equal((await client.call('GET', '/sandboxes', undefined, forwarded(two))).status, 403);
    }),
  );
});

describe('emulator: device login', () => {
  const start = async (client: Client): Promise<{ readonly device: string; readonly user: string }> => {
    const body = await client.expect(200, 'POST', '/platform/cli/login/start', { device_name: 'd', os: 'o' });
    return { device: String(body['device_code']), user: String(body['user_code']) };
  };
  const poll = async (client: Client, device: string): Promise<unknown> =>
    (await client.expect(200, 'GET', `/platform/cli/login/poll?device_code=${device}`))['status'];

  it(
    'returns a token once the user approves in the browser',
    withEmulator({}, async client => {
      const stranger = client.as('nobody');
      const { device, user } = await start(stranger);
      const exchange = { device_code: device };
      assert.equal(await poll(stranger, device), 'pending');
      assert.match(await stranger.refused(400, 'POST', '/platform/cli/login/exchange', exchange), /pending/);
      const url = `${client.emulator.url}/cli/login?user_code=${user}`;
      assert.match(await (await fetch(url)).text(), new RegExp(`${user}.*Approve`, 's'));
      assert.match(await (await fetch(url.replace(user, '%3Cb%3E'))).text(), /&#60;b&#62;/);
      const approve = async (key?: string): Promise<number> => {
        const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
        return (await fetch(url, { method: 'POST', headers })).status;
      };
      // Otherwise, anybody who reaches the port could create a token without a key.
      assert.equal(await approve(), 401);
      assert.equal(await approve('nobody'), 401);
      assert.equal(await poll(stranger, device), 'pending');
      assert.equal(await approve(client.emulator.apiKey), 200);
      assert.equal(await approve(client.emulator.apiKey), 404, 'once');
      assert.equal(await poll(stranger, device), 'approved');
      const done = await stranger.expect(200, 'POST', '/platform/cli/login/exchange', exchange);
      const scope = { organization: String(done['organization_id']), project: String(done['project_id']) };
      assert.deepEqual(scope, await scopeOf(client));
      const person = client.as(String(done['access_token']));
      assert.equal((await person.call('GET', '/sandboxes', undefined, forwarded(scope))).status, 200);
      await stranger.refused(404, 'POST', '/platform/cli/login/exchange', exchange);
    }),
  );

  it(
    'expires, fails when refused, and accepts no other codes',
    withEmulator({}, async client => {
      const late = await start(client);
      client.clock.advance(10 * 60_000);
      assert.equal(await poll(client, late.device), 'expired');
      const refused = await start(client);
      const admin = client.as(client.emulator.adminKey);
      const decision = { user_code: refused.user, decision: 'failed' };
      await admin.expect(200, 'POST', '/_emulator/login', decision);
      await admin.refused(404, 'POST', '/_emulator/login', decision);
      assert.equal(await poll(client, refused.device), 'failed');
      await client.refused(404, 'GET', '/platform/cli/login/poll?device_code=x');
      await client.refused(400, 'GET', '/platform/cli/login/poll');
    }),
  );
});

describe('emulator: images', () => {
  it(
    'are registered from a completed snapshot, found, paged and deleted',
    withEmulator({}, async client => {
      const path = '/platform/v1/sandbox-templates';
      const id = await client.create({ name: 'base' });
      const snapshotId = await client.snapshot(id);
      const body = { name: 'team/tools', snapshotId, dockerfile: 'FROM x', public: true };
      client.clock.advance(timings.snapshot);
      assert.match(await client.refused(400, 'POST', path, body), /not completed/);
      client.clock.advance(timings.upload);
      const made = await client.expect(201, 'POST', path, body);
      assert.equal(made['snapshotSandboxId'], id);
      assert.match(String(made['snapshotUri']), /^s3:/);
      await client.refused(409, 'POST', path, body);
      await client.refused(404, 'POST', path, { ...body, name: 'b', snapshotId: 'none' });
      await client.refused(400, 'POST', path, { ...body, name: '' });
      await client.refused(400, 'POST', path, { ...body, name: 'b', snapshotUri: 's3://elsewhere' });
      client.clock.advance(1);
      await client.expect(201, 'POST', path, { ...body, name: 'other' });

      const page = await client.expect(200, 'GET', `${path}?pageSize=1`);
      assert.deepEqual(
        items.parse(page['items']).map(({ name }) => name),
        ['other'],
      );
      const { next } = z.object({ next: z.string() }).parse(page['pagination']);
      const second = await client.expect(200, 'GET', next);
      assert.deepEqual(
        items.parse(second['items']).map(({ name }) => name),
        ['team/tools'],
      );
      assert.deepEqual(second['pagination'], {});
      await client.refused(400, 'GET', `${path}?next=nonsense`);

      const byName = await client.expect(200, 'GET', `${path}/by-name/${encodeURIComponent('team/tools')}`);
      assert.deepEqual(byName, await client.expect(200, 'GET', `${path}/${String(made['id'])}`));
      assert.equal(byName['dockerfile'], 'FROM x');
      await client.refused(404, 'DELETE', `${path}/${String(made['id'])}`);
      await client.expect(200, 'DELETE', `${path}/${encodeURIComponent('team/tools')}`);
      await client.refused(404, 'GET', `${path}/${String(made['id'])}`);
      await client.refused(404, 'GET', `${path}/by-name/none`);
      await client.refused(405, 'PUT', path);

      const scope = await scopeOf(client);
      const person = client.person();
      const theirs = await person.expect(200, 'GET', below(scope, '/sandbox-templates'));
      assert.equal(items.parse(theirs['items']).length, 1);
      await person.refused(403, 'GET', below({ ...scope, project: 'x' }, '/sandbox-templates'));
      await person.refused(403, 'GET', path);
    }),
  );
});

describe('emulator: secrets', () => {
  it(
    'are set, replaced, listed without values and deleted',
    withEmulator({ apiKeys: ['one', 'two'] }, async client => {
      const path = '/platform/v1/secrets';
      const one = await client.expect(200, 'PUT', path, { name: 'TOKEN', value: 'first-value' });
      client.clock.advance(1);
      const response = await fetch(client.emulator.url + path, {
        method: 'PUT',
        headers: { authorization: 'Bearer one' },
        body: JSON.stringify([
          { name: 'TOKEN', value: 'second-value' },
          { name: 'OTHER', value: 'third-value' },
        ]),
      });
      const both = items.parse(await response.json());
      assert.deepEqual(both.map(({ name }) => name).toSorted(), ['OTHER', 'TOKEN']);
      assert.equal(both.find(({ name }) => name === 'TOKEN')?.id, one['id']);
      const page = await client.expect(200, 'GET', `${path}?pageSize=1`);
      const paging = z.object({ next: z.string(), total: z.literal(2) }).parse(page['pagination']);
      const rest = await client.expect(
        200,
        'GET',
        `${path}?pageSize=1&next=${encodeURIComponent(paging.next)}`,
      );
      const back = z.object({ prev: z.string() }).parse(rest['pagination']);
      const again = await client.expect(
        200,
        'GET',
        `${path}?pageSize=1&prev=${encodeURIComponent(back.prev)}`,
      );
      assert.deepEqual(again['items'], page['items']);
      const all = JSON.stringify([both, page, rest, await client.expect(200, 'GET', path)]);
      assert.doesNotMatch(all, /-value/);

      const secret = `${path}/${String(one['id'])}`;
      assert.deepEqual(await client.expect(200, 'GET', secret), one);
      await client.as('two').refused(404, 'GET', secret);
      await client.as('two').refused(404, 'DELETE', secret);
      await client.expect(200, 'DELETE', secret);
      await client.refused(404, 'DELETE', secret);
      await client.refused(400, 'PUT', path, { name: 'not a name', value: '' });
      await client.refused(400, 'PUT', path, []);
      const person = client.person();
      const scope = await scopeOf(client);
      const theirs = await person.expect(200, 'GET', below(scope, '/secrets'));
      assert.equal(items.parse(theirs['items']).length, 1);
    }),
  );
});

describe('emulator: SSH keys', () => {
  const path = '/platform/v1/users/me/ssh-keys';

  it(
    'belong to a user: an API key is refused, and no user sees those of another',
    withEmulator({ pats: ['pat-a', 'pat-b'] }, async client => {
      const person = client.as('pat-a');
      const { line, blob } = sshKey();
      const made = await person.expect(201, 'POST', path, { name: 'laptop', publicKey: line });
      const digest = createHash('sha256').update(blob).digest('base64').slice(0, 43);
      assert.equal(made['fingerprint'], `SHA256:${digest}`);
      assert.equal(made['keyType'], 'ssh-ed25519');
      assert.match(String(made['id']), /^ssh_key_/);
      assert.match(
        await person.refused(409, 'POST', path, { name: 'again', publicKey: line }),
        /already registered/,
      );
      assert.deepEqual((await person.expect(200, 'GET', path))['items'], [made]);
      assert.deepEqual((await client.as('pat-b').expect(200, 'GET', path))['items'], []);
      await client.as('pat-b').refused(404, 'DELETE', `${path}/${String(made['id'])}`);
      for (const method of ['GET', 'POST']) {
        assert.match(await client.refused(403, method, path), /personal access token/);
      }
      await person.expect(200, 'DELETE', `${path}/${String(made['id'])}`);
      await person.refused(404, 'DELETE', `${path}/${String(made['id'])}`);
      for (const publicKey of ['', 'ssh-ed25519', 'ssh-ed25519 AAAA', line.replace('ed25519', 'rsa')]) {
        await person.refused(400, 'POST', path, { name: 'bad', publicKey });
      }
    }),
  );
});

describe('emulator: file systems', () => {
  it(
    'attach to and detach from a running sandbox by the rules of mounts',
    withEmulator({}, async client => {
      const file_system_id = await client.fileSystem();
      const data = { file_system_id, mount_path: '/data' };
      const id = await client.create({ file_systems: [data] });
      assert.deepEqual((await client.sandbox(id))['file_systems'], [data]);
      const path = `/sandboxes/${id}/file_systems`;
      const kept = { file_system_id, mount_path: '/pin', read_only: true, snapshot_id: 's' };
      const attached = await client.expect(200, 'POST', path, { ...kept, prefetch: false, novelty: 1 });
      assert.deepEqual(attached['file_systems'], [data, kept]);
      assert.match(await client.refused(400, 'POST', path, data), /already in use/);
      await client.refused(404, 'POST', path, { file_system_id: 'none', mount_path: '/x' });
      await client.refused(400, 'POST', path, { file_system_id, mount_path: 'x' });
      assert.match(
        await client.refused(400, 'POST', path, { file_system_id, mount_path: '/y', snapshot_id: 's' }),
        /read_only/,
      );
      const left = await client.expect(200, 'DELETE', path, { mount_path: '/data' });
      assert.deepEqual(left['file_systems'], [kept]);
      await client.refused(404, 'DELETE', path, { mount_path: '/data' });
      await client.refused(400, 'DELETE', path);
      await client.refused(404, 'POST', '/sandboxes', {
        file_systems: [{ ...data, file_system_id: 'none' }],
      });
      const pending = await client.queue();
      await client.refused(400, 'POST', `/sandboxes/${pending}/file_systems`, data);
      await client.refused(400, 'DELETE', `/sandboxes/${pending}/file_systems`, { mount_path: '/data' });
    }),
  );

  it(
    'are refused with unknown or invalid fields by an older server',
    withEmulator({ ages: ['older'] }, async client => {
      const mount = { file_system_id: await client.fileSystem(), mount_path: '/data' };
      for (const extra of [{ read_only: false }, { novelty: 1 }]) {
        const file_systems = [{ ...mount, ...extra }];
        assert.match(await client.refused(400, 'POST', '/sandboxes', { file_systems }), /file_systems: /);
      }
    }),
  );
});
