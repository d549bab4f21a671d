import assert from 'node:assert/strict';
import * as z from 'zod';

const sandbox = z.looseObject({
  id: z.string(),
  status: z.string(),
  name: z.nullish(z.string()),
  resources: z.looseObject({ cpus: z.number(), memory_mb: z.number() }),
});

export type WireSandbox = z.infer<typeof sandbox>;

function variable(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is set by the runner`);
  return value;
}

/** Address of the emulator for this run. */
export const apiUrl = variable('TENSORLAKE_TEST_URL');
/** A key that it accepts. */
export const apiKey = variable('TENSORLAKE_TEST_KEY');
const adminKey = variable('TENSORLAKE_TEST_ADMIN_KEY');

async function call(method: string, path: string, body?: unknown, key = apiKey): Promise<unknown> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const state = z.object({
  routes: z.record(z.string(), z.number()),
  proxyRequests: z.number(),
  requests: z.array(z.object({ method: z.string(), path: z.string(), query: z.string(), plane: z.string() })),
});

async function readState(): Promise<z.infer<typeof state>> {
  return state.parse(await call('GET', '/_emulator/state', undefined, adminKey));
}

/** Path of the resources that belong to the project of the key. */
async function projectPath(): Promise<string> {
  const { organizationId, projectId } = z
    .object({ organizationId: z.string(), projectId: z.string() })
    .parse(await call('POST', '/platform/v1/keys/introspect'));
  return `/platform/v1/organizations/${organizationId}/projects/${projectId}`;
}

/** Requests to the emulator, without the extension. */
export const emulator = {
  async create(body: Record<string, unknown> = {}): Promise<WireSandbox> {
    const wire = { resources: { cpus: 1, memory_mb: 1024 }, ...body };
    const created = z.object({ sandbox_id: z.string() }).parse(await call('POST', '/sandboxes', wire));
    return await emulator.get(created.sandbox_id);
  },
  async get(idOrName: string): Promise<WireSandbox> {
    return sandbox.parse(await call('GET', `/sandboxes/${idOrName}`));
  },
  async terminate(id: string): Promise<void> {
    await call('DELETE', `/sandboxes/${id}`);
  },
  /** Changes a sandbox as another client would. */
  async patch(id: string, body: Record<string, unknown>): Promise<void> {
    await call('PATCH', `/sandboxes/${id}`, body);
  },
  /** Ids of the registered file systems. */
  async fileSystems(): Promise<readonly string[]> {
    const path = `${await projectPath()}/file-systems`;
    const page = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(await call('GET', path));
    return page.items.map(({ id }) => id);
  },
  async find(name: string): Promise<WireSandbox | undefined> {
    return (await emulator.list()).find(each => each.name === name);
  },
  async list(): Promise<readonly WireSandbox[]> {
    const answer = await call('GET', '/sandboxes?limit=1000');
    return z.object({ sandboxes: z.array(sandbox) }).parse(answer).sandboxes;
  },
  /** Creates a pool and returns its id. */
  async createPool(body: Record<string, unknown>): Promise<string> {
    const spec = {
      image: 'tensorlake/ubuntu-minimal',
      resources: { cpus: 1, memory_mb: 1024, disk_mb: 10_240 },
      timeout_secs: 3600,
    };
    const answer = await call('POST', '/sandbox-pools', { ...spec, ...body });
    return z.object({ pool_id: z.string() }).parse(answer).pool_id;
  },
  /** Number of ready containers in a pool. */
  async idleContainers(poolId: string): Promise<number> {
    const { containers } = z
      .object({ containers: z.array(z.object({ state: z.string() })) })
      .parse(await call('GET', `/sandbox-pools/${poolId}`));
    return containers.filter(({ state }) => state === 'Idle').length;
  },
  async snapshots(): Promise<
    readonly { id: string; sandbox_id: string; status: string; snapshot_type: string }[]
  > {
    const row = z.looseObject({
      id: z.string(),
      sandbox_id: z.string(),
      status: z.string(),
      snapshot_type: z.string(),
    });
    return z.object({ snapshots: z.array(row) }).parse(await call('GET', '/snapshots')).snapshots;
  },
  /** Asks for a snapshot of a sandbox, and returns its id. */
  async snapshot(id: string): Promise<string> {
    const answer = await call('POST', `/sandboxes/${id}/snapshot`, { snapshot_type: 'filesystem' });
    return z.object({ snapshot_id: z.string() }).parse(answer).snapshot_id;
  },
  /** Enables a fault, in the format of `POST /_emulator/faults`. */
  async addFault(fault: Record<string, unknown>): Promise<void> {
    await call('POST', '/_emulator/faults', fault, adminKey);
  },
  /** How often the enabled faults were applied. */
  async faultsFired(): Promise<number> {
    const { faults } = z
      .object({ faults: z.array(z.object({ fired: z.number() })) })
      .parse(await call('GET', '/_emulator/faults', undefined, adminKey));
    return faults.reduce((sum, { fired }) => sum + fired, 0);
  },
  /** How many faults are still enabled: one for the next requests alone is not, once it was applied to them. */
  async faultsLeft(): Promise<number> {
    const { faults } = z
      .object({ faults: z.array(z.unknown()) })
      .parse(await call('GET', '/_emulator/faults', undefined, adminKey));
    return faults.length;
  },
  async clearFaults(): Promise<void> {
    await call('DELETE', '/_emulator/faults', undefined, adminKey);
  },
  /** Creates a secret in the project. */
  async putSecret(name: string, value: string): Promise<void> {
    await call('PUT', `${await projectPath()}/secrets`, { name, value });
  },
  async suspend(id: string): Promise<void> {
    await call('POST', `/sandboxes/${id}/suspend`);
  },
  /** Sends a request to the daemon in a sandbox. */
  async inside(id: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${apiUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'x-tensorlake-sandbox-id': id,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  },
  /** The processes whose logs are retained. */
  async logProcesses(id: string): Promise<unknown> {
    return await call('GET', `/v1/namespaces/default/sandboxes/${id}/processes`);
  },
  /** The terminals that the daemon of a sandbox lists. */
  async shells(sandboxId: string): Promise<readonly { readonly id: string; readonly isAlive: boolean }[]> {
    const { sessions } = z
      .object({ sessions: z.array(z.object({ session_id: z.string(), is_alive: z.boolean() })) })
      .parse(await emulator.inside(sandboxId, 'GET', '/pty'));
    return sessions.map(({ session_id, is_alive }) => ({ id: session_id, isAlive: is_alive }));
  },
  async delete(id: string): Promise<void> {
    await call('DELETE', `/sandboxes/${id}`);
  },
  /** Number of requests by route, and of those to the sandbox proxy. */
  async counters(): Promise<Pick<z.infer<typeof state>, 'routes' | 'proxyRequests'>> {
    return await readState();
  },
  /** Requests to the sandbox proxy while something was done, at most the last of those that the emulator keeps. */
  async insideDuring(act: () => Promise<unknown>): Promise<readonly string[]> {
    const before = (await readState()).proxyRequests;
    await act();
    const { proxyRequests, requests } = await readState();
    const proxied = requests.filter(({ plane }) => plane === 'proxy');
    return proxied
      .slice(proxied.length - Math.min(proxied.length, proxyRequests - before))
      .map(({ method, path, query }) => `${method} ${path} ${query}`);
  },
};
