import { compare, hasMessage, judge, lacking, wordsOf, type Check, type Scene } from './check';
import { eventually, isRecord, rowsOf } from './server';

const wide = { resources: { cpus: 1, memory_mb: 1_024 } };

/** A route of the service, asked for in the plainest way. */
function route(name: string, method: string, path: (scene: Scene) => string, body?: object): Check {
  return {
    name,
    run: async scene => judge(await scene.server.control(method, path(scene), { body }), [200, 202]),
  };
}

const creating: readonly Check[] = [
  {
    name: 'create answers when the sandbox runs',
    run: async ({ server }) => {
      const answer = await server.control('POST', '/sandboxes', { body: wide });
      await server.control('DELETE', `/sandboxes/${String(answer.json['sandbox_id'])}`);
      return compare(answer.json['status'], 'running');
    },
  },
  {
    name: 'create keeps name and disk_mb',
    run: async ({ server }) => {
      const body = { name: 'kept', resources: { ...wide.resources, disk_mb: 20_480 } };
      const row = await server.row(await server.running(body));
      const { disk_mb } = isRecord(row['resources']) ? row['resources'] : {};
      return compare({ name: row['name'], disk_mb }, { name: 'kept', disk_mb: 20_480 });
    },
  },
  {
    name: 'a sandbox in use outlives its timeout',
    run: async ({ server }) => {
      const body = { ...wide, timeout_secs: 10 };
      const id = String((await server.control('POST', '/sandboxes', { body })).json['sandbox_id']);
      const address = String((await server.until(id, 'running', 'terminated'))['sandbox_url']);
      const untilMs = Date.now() + 20_000;
      const row = await eventually(
        async () => {
          await server.insideAt(address, id, 'GET', '/api/v1/health');
          return server.row(id);
        },
        ({ status }) => status !== 'running' || Date.now() > untilMs,
        'the timeout is over',
      );
      await server.control('DELETE', `/sandboxes/${id}`);
      return compare(`${String(row['status'])}, ${String(row['outcome'])}`, 'running, null');
    },
  },
  {
    name: 'sizes of a create without sizes',
    run: async ({ server }) =>
      compare((await server.row(await server.running()))['resources'], {
        cpus: 1,
        memory_mb: 2_048,
        disk_mb: 10_240,
      }),
  },
  {
    name: 'sizes of a create with CPUs only',
    run: async ({ server }) => {
      const row = await server.row(await server.running({ resources: { cpus: 2 } }));
      return compare(row['resources'], { cpus: 2, memory_mb: 2_048, disk_mb: 10_240 });
    },
  },
  {
    name: 'create refuses a value out of range',
    run: async ({ server }) => {
      const answer = await server.control('POST', '/sandboxes', { body: { timeout_secs: -1 } });
      const id = answer.json['sandbox_id'];
      if (typeof id === 'string') await server.control('DELETE', `/sandboxes/${id}`);
      return answer.status === 200 ? { different: 'taken' } : judge(answer, [400], hasMessage);
    },
  },
  {
    name: 'create with a wrong type',
    run: async ({ server }) =>
      judge(await server.control('POST', '/sandbox-pools', { body: {} }), [400], hasMessage),
  },
  {
    name: 'create with what is no JSON',
    run: async ({ server }) => {
      const headers = { 'content-type': 'application/json' };
      return judge(await server.control('POST', '/sandboxes', { body: '', headers }), [400], hasMessage);
    },
  },
  {
    name: 'create without Content-Type',
    run: async ({ server }) => judge(await server.control('POST', '/sandboxes', { body: '{}' }), [200]),
  },
  {
    name: 'create with a body of 3 MB',
    run: async ({ server }) => {
      const headers = { 'content-type': 'application/json' };
      const body = 'x'.repeat(3_000_000);
      return judge(await server.control('POST', '/sandboxes', { body, headers }), [413], hasMessage);
    },
  },
  {
    name: 'one for which there is no room waits',
    run: async ({ server }) => {
      const body = { resources: { cpus: 100_000, memory_mb: 1_024 } };
      const { json } = await server.control('POST', '/sandboxes', { body });
      const id = String(json['sandbox_id']);
      const isSettled = (row: Readonly<Record<string, unknown>>): boolean =>
        row['pending_reason'] !== 'scheduling' && row['pending_reason'] !== 'waiting_for_container';
      const row = await eventually(() => server.row(id), isSettled, 'it is placed nowhere');
      await server.control('DELETE', `/sandboxes/${id}`);
      return compare(
        `${String(row['status'])}, ${String(row['pending_reason'])}`,
        'pending, no_resources_available',
      );
    },
  },
];

const members = ['id', 'namespace', 'name', 'status', 'image', 'created_at', 'terminated_at', 'resources'];
const moreMembers = [
  'timeout_secs',
  'entrypoint',
  'outcome',
  'termination_reason',
  'sandbox_url',
  'ingress_endpoint',
];

const reading: readonly Check[] = [
  {
    name: 'members of a row',
    run: async ({ server, sandbox }) => lacking(await server.row(sandbox), [...members, ...moreMembers]),
  },
  {
    name: 'the list in pages',
    run: async ({ server }) => {
      const answer = await server.control('GET', '/sandboxes?limit=1');
      const isPage = rowsOf(answer, 'sandboxes').length === 1 && 'next_cursor' in answer.json;
      return isPage ? 'same' : { different: 'all at once' };
    },
  },
  {
    name: 'the list of what runs',
    run: async ({ server }) => {
      const rows = rowsOf(await server.control('GET', '/sandboxes?status=running'), 'sandboxes');
      return rows.every(row => row['status'] === 'running') ? 'same' : { different: 'all states' };
    },
  },
  {
    name: 'a sandbox that is not there',
    run: async ({ server }) => judge(await server.control('GET', '/sandboxes/nosuch'), [404], hasMessage),
  },
  {
    name: 'a request without a key',
    run: async ({ server }) => {
      const headers = { authorization: '' };
      return judge(await server.control('GET', '/sandboxes', { headers }), [401], hasMessage);
    },
  },
  {
    name: 'a path that is not there',
    run: async ({ server }) => judge(await server.control('GET', '/nosuch'), [404], hasMessage),
  },
  {
    name: 'the path without a namespace',
    run: async ({ server }) => judge(await server.plain('GET', '/sandboxes'), [200]),
  },
  {
    name: 'another namespace has sandboxes of its own',
    run: async ({ server }) => {
      const answer = await server.control('GET', '/sandboxes', {}, 'another');
      return compare(`${answer.status}, ${rowsOf(answer, 'sandboxes').length}`, '200, 0');
    },
  },
  {
    name: 'GET /healthz',
    run: async ({ server }) => {
      const answer = await server.plain('GET', '/healthz');
      return answer.status === 200 ? { different: `says ${answer.text}` } : 'same';
    },
  },
  route('rename', 'PATCH', ({ sandbox }) => `/sandboxes/${sandbox}`, { name: 'renamed' }),
  route('suspend', 'POST', ({ sandbox }) => `/sandboxes/${sandbox}/suspend`),
  route('resume', 'POST', ({ sandbox }) => `/sandboxes/${sandbox}/resume`),
  route('copy', 'POST', ({ sandbox }) => `/sandboxes/${sandbox}/copy`),
  route('file systems', 'POST', ({ sandbox }) => `/sandboxes/${sandbox}/file_systems`, {}),
  route('retained logs', 'GET', ({ sandbox }) => `/sandboxes/${sandbox}/logs`),
  route('network telemetry', 'GET', ({ sandbox }) => `/sandboxes/${sandbox}/network/status`),
  route('the archive', 'GET', () => '/archived-sandboxes'),
  {
    name: 'introspection of the key',
    run: async ({ server }) => judge(await server.plain('POST', '/platform/v1/keys/introspect'), [200]),
  },
];

const ending: readonly Check[] = [
  {
    name: 'the answer of a terminate',
    run: async ({ server }) =>
      judge(
        await server.control('DELETE', `/sandboxes/${await server.running()}`),
        [200],
        ({ text }) => text === '{}',
      ),
  },
  {
    name: 'the row after a terminate',
    run: async ({ server }) => {
      const id = await server.running();
      await server.control('DELETE', `/sandboxes/${id}`);
      const row = await server.until(id, 'terminated');
      const has = (name: string): string => (name in row && row[name] !== null ? name : `no ${name}`);
      return compare(
        `${String(row['outcome'])}, ${has('terminated_at')}, ${has('sandbox_url')}`,
        'Success(UserTerminated), terminated_at, no sandbox_url',
      );
    },
  },
  {
    name: 'a terminate of one that is not there',
    run: async ({ server }) => judge(await server.control('DELETE', '/sandboxes/nosuch'), [404], hasMessage),
  },
];

export const controlChecks: readonly Check[] = [...creating, ...reading, ...ending];

const restoring = (name: string, resources: object | undefined): Check => ({
  name,
  run: async ({ server }) => {
    const id = await server.running({ resources: { cpus: 2, memory_mb: 3_072 } });
    const { json } = await server.control('POST', `/sandboxes/${id}/snapshot`);
    const snapshot = String(json['snapshot_id']);
    await snapshotDone(server, snapshot);
    const made = await server.row(
      await server.running({ snapshot_id: snapshot, ...(resources && { resources }) }),
    );
    const { cpus, memory_mb } = isRecord(made['resources']) ? made['resources'] : {};
    return compare({ cpus, memory_mb }, { cpus: 2, memory_mb: 3_072, ...resources });
  },
});

async function snapshotDone(server: Scene['server'], id: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually(
    async () => (await server.control('GET', `/snapshots/${id}`)).json,
    ({ status }) => status === 'completed' || status === 'failed',
    `snapshot ${id} is not completed`,
  );
}

export const snapshotChecks: readonly Check[] = [
  {
    name: 'a snapshot leaves its sandbox running',
    run: async ({ server }) => {
      const id = await server.running();
      await server.control('POST', `/sandboxes/${id}/snapshot`);
      const row = await server.until(id, 'running', 'terminated');
      const isEnded = row['status'] === 'terminated';
      return compare(isEnded ? `terminated, outcome ${String(row['outcome'])}` : 'running', 'running');
    },
  },
  {
    name: 'the inside answers while a snapshot is taken',
    run: async ({ server }) => {
      const id = await server.running();
      await server.control('POST', `/sandboxes/${id}/snapshot`);
      // The proxy learns of it a moment later.
      const answer = await eventually(
        () => server.inside(id, 'GET', '/api/v1/health'),
        async ({ status }) => status !== 200 || (await server.row(id))['status'] !== 'snapshotting',
        'the snapshot is never done',
      );
      return judge(answer, [200]);
    },
  },
  {
    name: 'a second snapshot meanwhile',
    run: async ({ server }) => {
      const id = await server.running();
      await server.control('POST', `/sandboxes/${id}/snapshot`);
      return judge(await server.control('POST', `/sandboxes/${id}/snapshot`), [400], hasMessage);
    },
  },
  {
    name: 'members of a snapshot',
    run: async ({ server }) => {
      const { json } = await server.control('POST', `/sandboxes/${await server.running()}/snapshot`);
      const done = await snapshotDone(server, String(json['snapshot_id']));
      return lacking(done, [
        'id',
        'namespace',
        'sandbox_id',
        'base_image',
        'status',
        'snapshot_uri',
        'size_bytes',
        'snapshot_type',
        'created_at',
      ]);
    },
  },
  {
    name: 'a snapshot that is not there',
    run: async ({ server }) => judge(await server.control('GET', '/snapshots/nosuch'), [404], hasMessage),
  },
  {
    name: 'a restore of a snapshot that is not there',
    run: async ({ server }) =>
      judge(
        await server.control('POST', '/sandboxes', { body: { snapshot_id: 'nosuch' } }),
        [404],
        hasMessage,
      ),
  },
  restoring('a restore inherits sizes', undefined),
  restoring('a restore with other CPUs inherits memory', { cpus: 1 }),
  restoring('a restore with zeros', { cpus: 0, memory_mb: 0, ephemeral_disk_mb: 0 }),
];

export const poolChecks: readonly Check[] = [
  {
    name: 'a pool from its creation to its deletion',
    run: async ({ server }) => {
      const body = { image: 'tensorlake/ubuntu-minimal', max_containers: 1, warm_containers: 1 };
      const pool = String((await server.control('POST', '/sandbox-pools', { body })).json['pool_id']);
      const path = `/sandbox-pools/${pool}`;
      const containers = async () => rowsOf(await server.control('GET', path), 'containers');
      const [idle] = await eventually(
        containers,
        rows => rows.some(({ state }) => state !== 'pending'),
        'the pool stays cold',
      );
      const claimed = String((await server.control('POST', `${path}/sandboxes`)).json['sandbox_id']);
      await server.until(claimed, 'running');
      const [used] = await containers();
      const waiting = String((await server.control('POST', `${path}/sandboxes`)).json['sandbox_id']);
      const full = await eventually(
        () => server.row(waiting),
        row => row['pending_reason'] !== 'scheduling',
        'the second claim is placed',
      );
      const refused = await server.control('DELETE', path);
      for (const id of [waiting, claimed]) await server.control('DELETE', `/sandboxes/${id}`);
      await server.until(claimed, 'terminated');
      await eventually(
        () => server.control('DELETE', path),
        ({ status }) => status !== 409,
        'the pool cannot be deleted',
      );
      const holder = (row: typeof idle): string =>
        `${String(row?.['state'])} for ${row?.['sandbox_id'] === null ? 'nobody' : 'a sandbox'}`;
      return compare(
        `warm: ${holder(idle)}; claimed: ${holder(used)}; full: ${String(full['pending_reason'])}; in use: ${wordsOf(refused)}`,
        'warm: Idle for nobody; claimed: Running for a sandbox; full: pool_at_capacity; in use: 409 JSON',
      );
    },
  },
  {
    name: 'a pool that is not there',
    run: async ({ server }) => judge(await server.control('GET', '/sandbox-pools/nosuch'), [404], hasMessage),
  },
  {
    name: 'a pool without an image',
    run: async ({ server }) =>
      judge(await server.control('POST', '/sandbox-pools', { body: {} }), [400], hasMessage),
  },
];
