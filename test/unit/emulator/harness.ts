import assert from 'node:assert/strict';
import { z } from 'zod';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../emulator/server';
import { HandClock } from './handClock';

/** The timings of these tests, in milliseconds of the clock. */
export const timings = {
  boot: 100,
  resume: 50,
  suspend: 20,
  snapshot: 30,
  upload: 40,
  resize: 20,
  archive: 600_000,
  createWait: 5_000,
  pending: 50_000,
  second: 1_000,
};

const sandboxShape = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  namespace: z.string(),
  status: z.string(),
  created_at: z.number(),
  terminated_at: z.number().nullable(),
  resources: z.looseObject({ cpus: z.number(), memory_mb: z.number(), disk_mb: z.number() }),
  timeout_secs: z.number(),
  pending_reason: z.string().nullable(),
  outcome: z.string().nullable(),
  termination_reason: z.string().nullable(),
  sandbox_url: z.string().optional(),
  exposed_ports: z.array(z.number()).nullable(),
  network_policy: z.looseObject({ allow_out: z.array(z.string()) }).nullable(),
  resource_resize: z.looseObject({ generation: z.number(), status: z.string() }).optional(),
});

export type SandboxJson = z.output<typeof sandboxShape>;

const pageShape = z.object({
  sandboxes: z.array(sandboxShape),
  prev_cursor: z.string().nullable(),
  next_cursor: z.string().nullable(),
});

export type PageJson = z.output<typeof pageShape>;

const snapshotShape = z.looseObject({ id: z.string(), status: z.string(), sandbox_id: z.string() });

export type SnapshotJson = z.output<typeof snapshotShape>;

const bodyShape = z.record(z.string(), z.unknown());

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Resources that every plan allows. */
export const small = { resources: { cpus: 1, memory_mb: 1024 } };

/** Calls one emulator with one key. */
export class Client {
  constructor(
    readonly emulator: Emulator,
    readonly clock: HandClock,
    private readonly key = emulator.apiKey,
  ) {}

  as(key: string): Client {
    return new Client(this.emulator, this.clock, key);
  }

  /** The same client with the first personal access token. */
  person(): Client {
    const { pat } = this.emulator;
    assert.ok(pat !== undefined);
    return this.as(pat);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const response = await fetch(this.emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    });
    assert.equal(response.headers.get('content-type'), 'application/json');
    return { status: response.status, body: bodyShape.parse(await response.json()) };
  }

  /** Calls, checks the status, and returns the body. */
  async expect(
    status: number,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  }

  /** Calls, checks that the request is refused with `status`, and returns the message. */
  async refused(status: number, method: string, path: string, body?: unknown): Promise<string> {
    return z.string().parse((await this.expect(status, method, path, body))['message']);
  }

  /** Creates a sandbox, lets it boot, and returns its id. */
  async create(body: object = {}): Promise<string> {
    const id = await this.queue(body);
    this.clock.advance(timings.boot);
    await this.is(id, 'running');
    return id;
  }

  /** Starts a request that the server does not answer yet, and waits until it has arrived. */
  async held(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<{ readonly answer: Promise<Answer> }> {
    const before = this.handled();
    const answer = this.call(method, path, body, headers, signal);
    while (this.handled() === before) await new Promise(setImmediate);
    return { answer };
  }

  /** Creates without waiting and returns the id. */
  async queue(body: object = {}): Promise<string> {
    const answer = await this.expect(202, 'POST', '/sandboxes', { ...small, ...body, wait: false });
    return z.string().parse(answer['sandbox_id']);
  }

  async sandbox(id: string): Promise<SandboxJson> {
    return sandboxShape.parse(await this.expect(200, 'GET', `/sandboxes/${id}`));
  }

  async page(query = '', path = '/sandboxes'): Promise<PageJson> {
    return pageShape.parse(await this.expect(200, 'GET', path + query));
  }

  /** Takes a snapshot and returns its id. */
  async snapshot(id: string, body?: unknown): Promise<string> {
    const answer = await this.expect(202, 'POST', `/sandboxes/${id}/snapshot`, body);
    return z.string().parse(answer['snapshot_id']);
  }

  /** The id of the first file system registered in the project. */
  async fileSystem(): Promise<string> {
    const scope = await this.expect(200, 'POST', '/platform/v1/keys/introspect');
    const path = `/platform/v1/organizations/${String(scope['organizationId'])}/projects/${String(scope['projectId'])}/file-systems`;
    const { items } = await this.expect(200, 'GET', path);
    const [first] = z.tuple([z.looseObject({ id: z.string() })], z.unknown()).parse(items);
    return first.id;
  }

  async snapshotInfo(id: string): Promise<SnapshotJson> {
    return snapshotShape.parse(await this.expect(200, 'GET', `/snapshots/${id}`));
  }

  /** Checks the state of a sandbox and returns it. */
  async is(id: string, status: string): Promise<SandboxJson> {
    const sandbox = await this.sandbox(id);
    assert.equal(sandbox.status, status);
    return sandbox;
  }

  private handled(): number {
    return Object.values(this.emulator.routeCounts()).reduce((sum, count) => sum + count, 0);
  }
}

/** Runs `body` with its own emulator. */
export function withEmulator(
  options: EmulatorOptions,
  body: (client: Client) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const clock = new HandClock();
    const emulator = await startEmulator({
      clock,
      ...options,
      timings: { ...timings, ...options.timings },
    });
    try {
      await body(new Client(emulator, clock));
    } finally {
      await emulator.stop();
    }
  };
}
