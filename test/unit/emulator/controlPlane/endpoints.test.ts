import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { routes } from '../../../../emulator/controlPlane/routes';
import { inBox } from '../dataPlane/harness';
import { timings, withEmulator } from '../harness';

/*
 * A copy of the endpoint tables of API reference section 0. What image builders need (`blob/sign`, whose answer no
 * source describes) is left out, because no client of sandboxes calls it.
 */
const controlPlane = `
POST /sandboxes
GET /sandboxes
GET /sandboxes/{id}
PATCH /sandboxes/{id}
DELETE /sandboxes/{id}
POST /sandboxes/{id}/suspend
POST /sandboxes/{id}/resume
POST /sandboxes/{id}/copy
POST /sandboxes/{id}/snapshot
POST /sandboxes/{id}/file_systems
DELETE /sandboxes/{id}/file_systems
GET /snapshots
GET /snapshots/{id}
DELETE /snapshots/{id}
GET /archived-sandboxes
GET /archived-sandboxes/{id}
POST /sandbox-pools
GET /sandbox-pools
GET /sandbox-pools/{id}
PUT /sandbox-pools/{id}
DELETE /sandbox-pools/{id}
POST /sandbox-pools/{id}/sandboxes
GET /v1/namespaces/default/sandboxes/{id}/logs
GET /v1/namespaces/default/sandboxes/{id}/processes
GET /v1/namespaces/default/sandboxes/{id}/network/events
GET /v1/namespaces/default/sandboxes/{id}/network/destinations
GET /v1/namespaces/default/sandboxes/{id}/network/status
GET /platform/v1/sandbox-templates
POST /platform/v1/sandbox-templates
GET /platform/v1/sandbox-templates/{id}
GET /platform/v1/sandbox-templates/by-name/{id}
DELETE /platform/v1/sandbox-templates/{id}
GET /platform/v1/secrets
PUT /platform/v1/secrets
GET /platform/v1/secrets/{id}
DELETE /platform/v1/secrets/{id}
GET /platform/v1/users/me/ssh-keys
POST /platform/v1/users/me/ssh-keys
DELETE /platform/v1/users/me/ssh-keys/{id}
POST /platform/v1/keys/introspect
POST /platform/cli/login/start
GET /platform/cli/login/poll
POST /platform/cli/login/exchange
GET /platform/v1/organizations
GET /platform/v1/organizations/{id}/projects
GET /platform/v1/organizations/{id}/projects/{id}
GET /platform/v1/organizations/{id}/projects/{id}/file-systems`;

const dataPlane = `
GET /api/v1/health
GET /api/v1/info
GET /api/v1/files
PUT /api/v1/files
DELETE /api/v1/files
GET /api/v1/files/list
POST /api/v1/processes
GET /api/v1/processes
POST /api/v1/processes/run
GET /api/v1/processes/{id}
DELETE /api/v1/processes/{id}
POST /api/v1/processes/{id}/signal
POST /api/v1/processes/{id}/restart
POST /api/v1/processes/{id}/stdin
POST /api/v1/processes/{id}/stdin/close
GET /api/v1/processes/{id}/stdout
GET /api/v1/processes/{id}/stderr
GET /api/v1/processes/{id}/output
GET /api/v1/processes/{id}/stdout/follow
GET /api/v1/processes/{id}/stderr/follow
GET /api/v1/processes/{id}/output/follow
POST /api/v1/pty
GET /api/v1/pty
GET /api/v1/pty/{id}
DELETE /api/v1/pty/{id}
POST /api/v1/pty/{id}/resize
GET /api/v1/ssh/status
POST /api/v1/ssh/enable
POST /api/v1/ssh/disable`;

const webSockets = ['/api/v1/pty/x/ws', '/api/v1/tunnels/tcp?port=0'];

function rowsOf(table: string): readonly (readonly [method: string, path: string])[] {
  return table
    .trim()
    .split('\n')
    .map(row => {
      const [method = '', path = ''] = row.split(' ');
      return [method, path.replaceAll('{id}', 'x')];
    });
}

describe('emulator: endpoints', () => {
  it(
    'of the control plane all exist, flat and below a namespace',
    withEmulator({}, async client => {
      const methodsOf = async (path: string): Promise<readonly string[]> => {
        const response = await fetch(client.emulator.url + path, {
          method: 'OPTIONS',
          headers: { authorization: `Bearer ${client.emulator.pat ?? ''}` },
        });
        await response.text();
        return (response.headers.get('allow') ?? '').split(', ');
      };
      const rows = rowsOf(controlPlane);
      for (const [method, path] of rows) {
        assert.ok((await methodsOf(path)).includes(method), `${method} ${path}`);
        if (!/^\/(?:sand|snap|arch)/.test(path)) continue;
        assert.ok((await methodsOf(`/v1/namespaces/default${path}`)).includes(method), `${method} ${path}`);
      }
    }),
  );

  it('of the control plane are no others, except an older path, the login page and the routes of a token', () => {
    const known = new Set(rowsOf(controlPlane).map(([method, path]) => `${method} ${flat(path)}`));
    const others = routes
      .map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, 'x')}`)
      .filter(
        row => !known.has(row) && !row.includes('/projects/x/') && !row.endsWith('/platform/v1/file-systems'),
      );
    assert.deepEqual(others, ['POST /sandbox/x/copy', 'GET /cli/login', 'POST /cli/login']);
  });

  it(
    'of copy are two, because the CLI 0.5.33 uses the singular in the path',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'box' });
      for (const path of [`/sandbox/${id}/copy?times=2`, '/v1/namespaces/default/sandbox/box/copy']) {
        const { answer } = await client.held('POST', path);
        client.clock.advance(timings.resume);
        const { status, body } = await answer;
        assert.deepEqual([status, body['source_sandbox_id']], [200, id]);
      }
      assert.equal((await client.page()).sandboxes.length, 4);
      await client.refused(404, 'POST', '/sandbox/nobody/copy');
      await client.refused(404, 'GET', `/sandbox/${id}`);
    }),
  );

  it(
    'of the sandbox proxy all exist',
    inBox(async box => {
      for (const [method, path] of rowsOf(dataPlane)) {
        // The request may be invalid, but its method and path must exist.
        const sent = request({
          port: box.client.emulator.port,
          method,
          path,
          headers: { authorization: `Bearer ${box.token}`, 'x-tensorlake-sandbox-id': box.id },
        }).end();
        const [status, answer] = await new Promise<readonly [number | undefined, string]>(
          (resolve, reject) => {
            sent.on('error', reject).on('response', response => {
              text(response).then(body => resolve([response.statusCode, body]), reject);
            });
          },
        );
        assert.notEqual(status, 405, `${method} ${path}`);
        assert.ok(!answer.includes('There is no'), `${method} ${path}: ${answer}`);
      }
      for (const path of webSockets) assert.notEqual((await box.refusedSocket(path))[1], 'NOT_FOUND', path);
    }),
  );
});

/** A path in the form of the table of routes. */
function flat(path: string): string {
  return path.replace(/^\/v1\/namespaces\/[^/]+/, '');
}
