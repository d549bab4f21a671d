import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf } from './answers';

const adminKey = process.env['TENSORLAKE_TEST_OPEN_SOURCE_ADMIN_KEY'] ?? '';
const openSourceUrl = process.env['TENSORLAKE_TEST_OPEN_SOURCE_URL'] ?? '';
const api = `${openSourceUrl}/v1/namespaces/default`;

const row = z.looseObject({ status: z.string(), sandbox_url: z.string().nullable(), outcome: z.unknown() });
const created = z.object({ sandbox_id: z.string() });

async function ask(method: string, url: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${url}: ${response.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** Requests to the emulator that stands in for the open-source server, without the extension. */
export const openSource = {
  url: openSourceUrl,
  async row(id: string): Promise<z.infer<typeof row>> {
    return row.parse(await ask('GET', `${api}/sandboxes/${id}`, {}));
  },
  /** Makes a sandbox, and waits until it runs and is listed. */
  async running(): Promise<string> {
    const body = { image: 'ubuntu', resources: { cpus: 1, memory_mb: 1024 }, timeout_secs: 86_400 };
    const { sandbox_id: id } = created.parse(await ask('POST', `${api}/sandboxes`, {}, body));
    await waitFor('the sandbox to run', async () => (await openSource.row(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
    return id;
  },
  async end(id: string): Promise<void> {
    await ask('DELETE', `${api}/sandboxes/${id}`, {});
  },
  /** Sends a request to the daemon in a sandbox, whatever its way is like. */
  async inside(id: string, method: string, path: string, body?: unknown): Promise<unknown> {
    return await ask(method, `${openSourceUrl}/api/v1${path}`, { 'x-tensorlake-sandbox-id': id }, body);
  },
  /** The content of a file in a sandbox. */
  async read(id: string, path: string): Promise<string> {
    const url = `${openSourceUrl}/api/v1/files?path=${encodeURIComponent(path)}`;
    return await (await fetch(url, { headers: { 'x-tensorlake-sandbox-id': id } })).text();
  },
  async write(id: string, path: string, body: string): Promise<void> {
    const url = `${openSourceUrl}/api/v1/files?path=${encodeURIComponent(path)}`;
    const sent = { method: 'PUT', headers: { 'x-tensorlake-sandbox-id': id }, body };
    assert.equal((await fetch(url, sent)).status, 204);
  },
  /** Calls the admin API of the emulator. */
  async admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${adminKey}` };
    return await ask(method, `${openSourceUrl}/_emulator/${path}`, headers, body);
  },
  /** Breaks all connections to sandboxes; what becomes of new ones: see `emulator/http/proxyPort.ts`. */
  async proxy(state: 'up' | 'down' | 'resets' | 'unaware'): Promise<void> {
    await openSource.admin('POST', 'proxy', { state });
  },
};

/** Signs in there. */
export async function signInOpenSource(): Promise<void> {
  const settings = workspace.getConfiguration('tensorlake');
  await settings.update('apiUrl', openSourceUrl, true);
  await settings.update('useEnvironmentKey', true, true);
  await waitFor(
    'the session',
    async () => (await messagesOf(() => commands.executeCommand(commandIds.refresh))).length === 0,
  );
}
