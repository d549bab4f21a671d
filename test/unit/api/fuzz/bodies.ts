import { Accounts } from '../../../../src/api/control/account/accounts';
import { Catalog } from '../../../../src/api/control/catalog/catalog';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { RetainedLogs } from '../../../../src/api/control/logs';
import { Pools } from '../../../../src/api/control/catalog/pools';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { Snapshots } from '../../../../src/api/control/snapshots/snapshots';
import { sandboxAddress } from '../../../../src/api/data/sandboxAddress';
import { SandboxClient } from '../../../../src/api/data/sandboxClient';
import type { StreamedResponse, StreamingTransport } from '../../../../src/api/http/transport';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { clientWith, endpointAt, FakeClock, FakeTransport, never, testKey } from '../http/fakeTransport';

/** An answer that a schema reads: a valid body, and what is done with any. */
export interface Answered {
  readonly what: string;
  readonly valid: unknown;
  readonly status?: number;
  /** Reads a body, given as text. */
  readonly read: (text: string, status: number) => Promise<unknown>;
}

const sandbox = {
  id: '4aaf6w9e5i6kvhg2frb05',
  namespace: 'project_x',
  name: 'my-env',
  status: 'running',
  image: 'tensorlake/ubuntu-minimal',
  created_at: 1_772_600_000_000,
  terminated_at: null,
  resources: { cpus: 1.5, memory_mb: 2048, disk_mb: 10_240, gpus: [{ count: 2, model: 'A10' }] },
  timeout_secs: 600,
  entrypoint: ['sleep', '1'],
  secret_names: ['KEY'],
  network_policy: { allow_internet_access: true, allow_out: ['example.com'], deny_out: ['10.0.0.0/8'] },
  allow_unauthenticated_access: true,
  exposed_ports: [8080, 9000],
  sandbox_url: 'https://x.sandbox.gcp-use4.tensorlake.ai',
  routing_hint: 'hmac',
  error_details: [{ message: 'a' }, 'b'],
  file_systems: [{ file_system_id: 'fs', mount_path: '/data', read_only: true }],
  resource_resize: { generation: 3, status: 'pending', requested: { cpus: 4 }, error_message: null },
};

const snapshot = {
  snapshot_id: 'g190pgclz1gjpj2yikodt',
  sandbox_id: sandbox.id,
  status: 'completed',
  snapshot_type: 'filesystem',
  base_image: 'ubuntu',
  size_bytes: 5,
  rootfs_disk_bytes: 10,
  created_at: 1_772_600_000_000,
};

const pool = {
  pool_id: 'p1',
  image: 'ubuntu',
  resources: { cpus: 1, memory_mb: 1024, ephemeral_disk_mb: 1024 },
  min_containers: 1,
  max_containers: 5,
  warm_containers: 2,
  network_policy: { allow_internet_access: false },
  exposed_ports: [8080],
  containers: [{ state: 'Idle' }, { state: 'Running' }],
  created_at: 1_772_600_000_000,
};

const made = {
  sandbox_id: sandbox.id,
  status: 'running',
  name: 'n',
  pending_reason: 'scheduling',
  reason: 'ConfigurationError',
  error_details: { message: 'no' },
  sandbox_url: sandbox.sandbox_url,
};

const process = {
  pid: 42,
  handle: 1,
  status: 'exited',
  exit_code: -1,
  signal: 9,
  oom_killed: false,
  stdin_writable: true,
  command: 'sh',
  args: ['-c', 'true'],
  started_at: 1_772_600_000_000,
  ended_at: 1_772_600_000_001,
  managed: {
    id: 'm',
    name: 'web',
    status: 'running',
    restart_count: 1,
    restart: { policy: 'always', max_restarts: 3, initial_backoff_ms: 1, max_backoff_ms: 2 },
    health_check: { type: 'http', port: 80, path: '/', interval_ms: 1000 },
    last_exit: { exit_code: 1, ended_at: 1_772_600_000_000 },
    next_restart_at: 1_772_600_000_000,
  },
};

const terminal = {
  session_id: 't1',
  pid: 7,
  command: 'bash',
  args: [],
  rows: 24,
  cols: 80,
  is_alive: true,
  clients: [{}],
  created_at: 1_772_600_000_000,
};

const page = { sandboxes: [sandbox, { id: 'b' }], prev_cursor: null, next_cursor: 'b2Zmc2V0' };
const named = { items: [{ id: 'a', name: 'b', fingerprint: 'c' }], pagination: { next: null } };

function client(text: string, status: number) {
  return clientWith(new FakeTransport({ text, status }, { text: '{"items":[]}' }));
}

function plane(text: string, status: number): ControlPlane {
  return new ControlPlane(client(text, status), { retry: 'none' });
}

function catalog(text: string, status: number): Catalog {
  return new Catalog(client(text, status), {
    credential: () => testKey,
    introspect: () => Promise.resolve({ id: 'k', organizationId: 'o', projectId: 'p' }),
  });
}

/** Answers each request with one text, in pieces where it is streamed. */
function transportOf(text: string, status: number): StreamingTransport {
  const whole = new FakeTransport({ text, status });
  return {
    request: request => whole.request(request),
    upgrade: request => whole.request(request),
    stream: () => Promise.resolve(streamed(text, status)),
  };
}

function streamed(text: string, status: number): StreamedResponse {
  const bytes = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': 'text/event-stream' },
    body: {
      discard: () => undefined,
      async *[Symbol.asyncIterator]() {
        for (let at = 0; at < bytes.length; at += 1000)
          yield await Promise.resolve(bytes.subarray(at, at + 1000));
      },
    },
  };
}

function inside(text: string, status: number): SandboxClient {
  const address = sandboxAddress(
    endpointAt('https://api.tensorlake.ai'),
    { id: 'a', sandboxUrl: 'https://a.sandbox.tensorlake.ai' },
    () => true,
  );
  if (!('ok' in address)) throw new Error('No address');
  return new SandboxClient({
    transport: transportOf(text, status),
    address: address.ok,
    credential: () => testKey,
    logger: silentLogger,
    version: '1.2.3',
    clock: new FakeClock(),
  });
}

async function drained(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const event of stream) count += event === undefined ? 0 : 1;
  return count;
}

/** Every body that some schema of the control plane reads. */
const control: readonly Answered[] = [
  {
    what: 'a page of sandboxes',
    valid: page,
    read: (text, status) => new Sandboxes(plane(text, status)).listPage({}, never),
  },
  {
    what: 'a page of the archive',
    valid: page,
    read: (text, status) => new Sandboxes(plane(text, status)).listArchived({}, never),
  },
  {
    what: 'a sandbox',
    valid: sandbox,
    read: (text, status) => new Sandboxes(plane(text, status)).get(sandbox.id, never),
  },
  {
    what: 'an updated sandbox',
    valid: sandbox,
    read: (text, status) => new Sandboxes(plane(text, status)).update(sandbox.id, { name: 'n' }, never),
  },
  {
    what: 'a created sandbox',
    valid: made,
    read: (text, status) => new Sandboxes(plane(text, status)).create({}, never),
  },
  {
    what: 'a failed create',
    valid: { ...made, status: 'failed' },
    status: 422,
    read: (text, status) => new Sandboxes(plane(text, status)).create({}, never),
  },
  {
    what: 'copies',
    valid: { sandboxes: [made, { ...made, status: 'failed' }] },
    read: (text, status) => new Sandboxes(plane(text, status)).copy('a', 2, never),
  },
  {
    what: 'snapshots',
    valid: { snapshots: [snapshot] },
    read: (text, status) => new Snapshots(plane(text, status)).list(never),
  },
  {
    what: 'a snapshot',
    valid: snapshot,
    read: (text, status) => new Snapshots(plane(text, status)).get(snapshot.snapshot_id, never),
  },
  {
    what: 'a started snapshot',
    valid: { snapshot_id: 's', status: 'in_progress' },
    read: (text, status) => new Snapshots(plane(text, status)).create('a', 'memory', never),
  },
  {
    what: 'pools',
    valid: { pools: [pool] },
    read: (text, status) => new Pools(plane(text, status)).list(never),
  },
  { what: 'a pool', valid: pool, read: (text, status) => new Pools(plane(text, status)).get('p1', never) },
  { what: 'a claim', valid: made, read: (text, status) => new Pools(plane(text, status)).claim('p1', never) },
  { what: 'images', valid: named, read: (text, status) => catalog(text, status).images(never) },
  { what: 'secrets', valid: named, read: (text, status) => catalog(text, status).secretNames(never) },
  { what: 'file systems', valid: named, read: (text, status) => catalog(text, status).fileSystems(never) },
  {
    what: 'organizations',
    valid: named,
    read: (text, status) => new Accounts(client(text, status)).listOrganizations(never),
  },
  {
    what: 'SSH keys',
    valid: named,
    read: (text, status) => new Accounts(client(text, status)).listSshKeys(never),
  },
  {
    what: 'a key',
    valid: { id: 'k', organizationId: 'o', projectId: 'p' },
    read: (text, status) => new Accounts(client(text, status)).introspect(never),
  },
  {
    what: 'logs',
    valid: {
      logs: [
        {
          uuid: 'u',
          timestamp: 1_772_600_000_000_000,
          body: 'x',
          level: 3,
          resourceAttributes: [['a', 'b']],
        },
      ],
      nextToken: 't',
    },
    read: (text, status) => new RetainedLogs(client(text, status), 'default').page('a', {}, never),
  },
  {
    what: 'processes with logs',
    valid: { processes: [{ processId: 'p', processPid: '1', firstSeen: 1_772_600_000_000, logCount: 3 }] },
    read: (text, status) => new RetainedLogs(client(text, status), 'default').processes('a', never),
  },
  {
    what: 'an error',
    valid: { error: { message: 'm', code: 'c' }, detail: [{ message: 'd' }], code: 'X' },
    status: 400,
    read: (text, status) => new Pools(plane(text, status)).list(never),
  },
];

/** Every body that some schema of the data plane reads. */
const data: readonly Answered[] = [
  { what: 'health', valid: { healthy: true }, read: (text, status) => inside(text, status).health(never) },
  {
    what: 'info',
    valid: { version: '1', uptime_secs: 5, running_processes: 1 },
    read: (text, status) => inside(text, status).info(never),
  },
  {
    what: 'a directory',
    valid: { entries: [{ name: 'a', is_dir: false, size: 3, modified_at: 1_772_600_000_000 }] },
    read: (text, status) => inside(text, status).files.list('/', never),
  },
  {
    what: 'processes',
    valid: { processes: [process] },
    read: (text, status) => inside(text, status).processes.list(never),
  },
  {
    what: 'a started process',
    valid: process,
    read: (text, status) => inside(text, status).processes.start({ command: 'sh' }, never),
  },
  {
    what: 'captured output',
    valid: { lines: ['a', 'b'] },
    read: (text, status) => inside(text, status).processes.output(1, 'stdout', never),
  },
  {
    what: 'terminals',
    valid: { sessions: [terminal] },
    read: (text, status) => inside(text, status).terminals.list(never),
  },
  {
    what: 'a refusal',
    valid: { error: 'no', code: 'SANDBOX_NOT_READY' },
    status: 404,
    read: (text, status) => inside(text, status).files.list('/', never),
  },
  {
    what: 'followed output',
    valid: { line: 'a', stream: 'stdout', timestamp: 1_772_600_000_000 },
    read: (text, status) =>
      drained(
        inside(`data: ${text}\n\nevent: eof\ndata: {}\n\n`, status).processes.follow(1, 'output', never),
      ),
  },
  {
    what: 'the frames of a run',
    valid: { pid: 1, started_at: 1_772_600_000_000, exit_code: 0, signal: null, line: null },
    read: (text, status) =>
      drained(
        inside(`data: ${text}\r\n\r\ndata: {"exit_code":0}\n\n`, status).processes.run(
          { command: 'sh' },
          never,
        ),
      ),
  },
];

export const answers: readonly Answered[] = [...control, ...data];
