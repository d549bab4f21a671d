import assert from 'node:assert/strict';
import { z } from 'zod';
import { routes } from '../../../../emulator/controlPlane/routes';
import { timings, withEmulator } from '../harness';

/** The path of a route with its segments filled in. */
function pathOf(path: string, segments: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => segments[name] ?? 'x');
}

const userPaths = /\/users\/me\/|\/organizations$|\/projects$/;
/** The path that a key and a token may use for any project. */
const anybodysPath = '/cli/login';

describe('emulator: access to routes', () => {
  it(
    'every route except those of a login requires a credential',
    withEmulator({ forbiddenKeys: ['powerless'] }, async client => {
      for (const { method, path, open } of routes) {
        if (open) continue;
        await client.as('stranger').refused(401, method, pathOf(path));
        await client.as('powerless').refused(403, method, pathOf(path));
      }
    }),
  );

  it(
    'every route of a project refuses a token without a project or with a foreign one',
    withEmulator({}, async client => {
      const person = client.person();
      for (const { method, path, open } of routes) {
        if (open || userPaths.test(path) || path === anybodysPath) continue;
        const { status } = await person.call(method, pathOf(path));
        assert.equal(status, 403, `${method} ${path}`);
      }
    }),
  );

  it(
    'every route of a user refuses an API key',
    withEmulator({}, async client => {
      const rows = routes.filter(({ path }) => userPaths.test(path));
      assert.equal(rows.length, 5);
      for (const { method, path } of rows) await client.refused(403, method, pathOf(path));
    }),
  );

  it(
    'a token can use below the organization what a key can use without it',
    withEmulator({}, async client => {
      const scope = await client.expect(200, 'POST', '/platform/v1/keys/introspect');
      const base = pathOf('/platform/v1/organizations/{organization}/projects/{project}', {
        organization: String(scope['organizationId']),
        project: String(scope['projectId']),
      });
      const person = client.person();
      const snapshotId = await client.snapshot(await client.create());
      client.clock.advance(timings.snapshot + timings.upload);
      const image = { name: 'tools', snapshotId };
      const { id } = await person.expect(201, 'POST', `${base}/sandbox-templates`, image);
      for (const path of [String(id), 'by-name/tools']) {
        const found = await person.expect(200, 'GET', `${base}/sandbox-templates/${path}`);
        assert.equal(found['snapshotId'], snapshotId);
      }
      await client.expect(200, 'GET', '/platform/v1/sandbox-templates/by-name/tools');
      await person.expect(200, 'DELETE', `${base}/sandbox-templates/tools`);

      const secret = await person.expect(200, 'PUT', `${base}/secrets`, { name: 'TOKEN', value: 'v' });
      const path = `/secrets/${String(secret['id'])}`;
      assert.deepEqual(await person.expect(200, 'GET', base + path), secret);
      assert.deepEqual(await client.expect(200, 'GET', `/platform/v1${path}`), secret);
      await person.expect(200, 'DELETE', base + path);
      const { items } = await client.expect(200, 'GET', '/platform/v1/file-systems');
      assert.equal(z.array(z.unknown()).parse(items).length, 2);
    }),
  );
});
