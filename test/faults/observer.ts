import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Emulator } from '../../emulator/server';

const sandbox = z.object({
  id: z.string(),
  status: z.string(),
  exposed_ports: z.array(z.number()).nullable(),
});

export type SeenSandbox = z.output<typeof sandbox>;

const sandboxes = z.object({ sandboxes: z.array(sandbox), next_cursor: z.null() });
const snapshots = z.object({ snapshots: z.array(z.object({ id: z.string() })) });
const processes = z.object({ processes: z.array(z.object({ args: z.array(z.string()) })) });
const terminals = z.object({ sessions: z.array(z.object({ session_id: z.string() })) });

/** What the emulator says of itself, asked without the client under test. To be used while no fault is on. */
export class Observer {
  constructor(private readonly emulator: Emulator) {}

  async sandboxes(): Promise<readonly SeenSandbox[]> {
    return sandboxes.parse(await this.json('/sandboxes?limit=1000')).sandboxes;
  }

  /** Undefined for one that is no longer listed. */
  async sandbox(id: string): Promise<SeenSandbox | undefined> {
    return (await this.sandboxes()).find(each => each.id === id);
  }

  async terminate(id: string): Promise<void> {
    await this.ask(`/sandboxes/${id}`, { method: 'DELETE' });
  }

  async snapshots(): Promise<readonly string[]> {
    return snapshots.parse(await this.json('/snapshots')).snapshots.map(({ id }) => id);
  }

  /** The content of a file; undefined when there is none. */
  async file(sandboxId: string, path: string): Promise<string | undefined> {
    const response = await this.inside(sandboxId, `/files?path=${encodeURIComponent(path)}`);
    if (response.status === 404) return undefined;
    assert.equal(response.status, 200);
    return response.text();
  }

  /** How many processes were started with this argument. */
  async processesWith(sandboxId: string, argument: string): Promise<number> {
    const answer = await (await this.inside(sandboxId, '/processes')).json();
    return processes.parse(answer).processes.filter(({ args }) => args.includes(argument)).length;
  }

  async terminals(sandboxId: string): Promise<readonly string[]> {
    const answer = await (await this.inside(sandboxId, '/pty')).json();
    return terminals.parse(answer).sessions.map(({ session_id }) => session_id);
  }

  async endTerminal(sandboxId: string, sessionId: string): Promise<void> {
    await this.inside(sandboxId, `/pty/${sessionId}`, { method: 'DELETE' });
  }

  private async json(path: string): Promise<unknown> {
    const response = await this.ask(path);
    assert.equal(response.status, 200);
    return response.json();
  }

  private inside(sandboxId: string, path: string, init?: RequestInit): Promise<Response> {
    return this.ask(`/api/v1${path}`, { ...init, headers: { 'x-tensorlake-sandbox-id': sandboxId } });
  }

  private ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.emulator.apiKey}`);
    return fetch(this.emulator.url + path, { ...init, headers });
  }
}
