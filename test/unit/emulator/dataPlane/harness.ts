import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { EmulatorOptions } from '../../../../emulator/server';
import { timings, withEmulator, type Client } from '../harness';

const processShape = z.looseObject({
  handle: z.number(),
  pid: z.number(),
  status: z.string(),
  exit_code: z.number().nullable(),
  signal: z.number().nullable(),
  stdin_writable: z.boolean(),
  managed: z
    .looseObject({
      status: z.string(),
      restart_count: z.number(),
      health_status: z.string(),
      consecutive_health_failures: z.number(),
      last_exit: z
        .looseObject({ exit_code: z.number().nullable(), signal: z.number().nullable() })
        .nullable(),
      next_restart_at: z.number().nullable(),
    })
    .optional(),
});

export type ProcessJson = z.output<typeof processShape>;

const entryShape = z.strictObject({
  name: z.string(),
  is_dir: z.boolean(),
  size: z.number().nullable(),
  modified_at: z.number().nullable(),
});

const errorShape = z.strictObject({ error: z.string(), code: z.string().optional() });

/** Raw bytes, or an object for JSON. */
type Body = string | Uint8Array<ArrayBuffer> | object;

/** The output and the exit of a run. */
export interface RunResult {
  readonly text: string;
  readonly stdout: string;
  readonly exitCode?: number;
  readonly signal?: number;
}

const runFrame = z.looseObject({
  line: z.string().optional(),
  stream: z.string().optional(),
  exit_code: z.number().optional(),
  signal: z.number().optional(),
});

/** Calls the sandbox proxy for one sandbox. */
export class Box {
  constructor(
    readonly client: Client,
    readonly id: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  get token(): string {
    return this.client.emulator.apiKey;
  }

  fetch(method: string, path: string, body?: Body, signal?: AbortSignal): Promise<Response> {
    const isJson = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
    return fetch(this.client.emulator.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'x-tensorlake-sandbox-id': this.id,
        ...this.headers,
      },
      body: isJson
        ? JSON.stringify(body)
        : z.custom<string | Uint8Array<ArrayBuffer>>().optional().parse(body),
      signal,
    });
  }

  /** Calls and returns the JSON body. */
  async json(status: number, method: string, path: string, body?: Body): Promise<unknown> {
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    assert.equal(response.status, status, text);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Calls, checks the refusal, and returns its code. */
  async code(status: number, method: string, path: string, body?: Body): Promise<string | undefined> {
    return errorShape.parse(await this.json(status, method, path, body)).code;
  }

  async put(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.json(204, 'PUT', `/api/v1/files?path=${encodeURIComponent(path)}`, content);
  }

  async read(path: string): Promise<string> {
    const response = await this.fetch('GET', `/api/v1/files?path=${encodeURIComponent(path)}`);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    return response.text();
  }

  async list(path: string): Promise<z.output<typeof entryShape>[]> {
    const answer = await this.json(200, 'GET', `/api/v1/files/list?path=${encodeURIComponent(path)}`);
    const listing = z.strictObject({ path: z.string(), entries: z.array(entryShape) }).parse(answer);
    assert.equal(listing.path, path);
    return listing.entries;
  }

  async names(path: string): Promise<readonly string[]> {
    return (await this.list(path)).map(({ name }) => name);
  }

  async start(body: object): Promise<ProcessJson> {
    return processShape.parse(await this.json(201, 'POST', '/api/v1/processes', body));
  }

  async process(ref: string | number): Promise<ProcessJson> {
    return processShape.parse(await this.json(200, 'GET', `/api/v1/processes/${ref}`));
  }

  /** Reads the process until `done` accepts it. */
  processWhen(ref: string | number, done: (info: ProcessJson) => boolean): Promise<ProcessJson> {
    return eventually(() => this.process(ref), done);
  }

  async lines(ref: string | number, which = 'stdout'): Promise<readonly string[]> {
    const answer = await this.json(200, 'GET', `/api/v1/processes/${ref}/${which}`);
    const { lines, line_count } = z
      .strictObject({ pid: z.number(), lines: z.array(z.string()), line_count: z.number() })
      .parse(answer);
    assert.equal(line_count, lines.length);
    return lines;
  }

  /** Runs a shell script to its end. */
  async sh(script: string, more: object = {}): Promise<RunResult> {
    const response = await this.fetch('POST', '/api/v1/processes/run', {
      command: 'sh',
      args: ['-c', script],
      ...more,
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const frames = text
      .split('\n\n')
      .filter(frame => frame.startsWith('data: '))
      .map(frame => runFrame.parse(JSON.parse(frame.slice('data: '.length))));
    const out = frames.filter(({ stream }) => stream === 'stdout').map(({ line = '' }) => line);
    const last = frames.at(-1);
    return { text, stdout: out.join('\n'), exitCode: last?.exit_code, signal: last?.signal };
  }

  /** A WebSocket to the sandbox that is not open yet. */
  socket(path: string, headers: Record<string, string> = {}): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${this.client.emulator.port}${path}`, {
      headers: {
        authorization: `Bearer ${this.token}`,
        'x-tensorlake-sandbox-id': this.id,
        ...this.headers,
        ...headers,
      },
    });
  }

  /** The status and the code with which an upgrade is refused. */
  async refusedSocket(path: string, headers: Record<string, string> = {}): Promise<readonly unknown[]> {
    const socket = this.socket(path, headers);
    socket.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      socket.once('open', () => reject(new Error('It was not refused')));
      socket.once('unexpected-response', (_, response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { code } = errorShape.parse(JSON.parse(Buffer.concat(chunks).toString()));
          resolve([response.statusCode, code]);
        });
      });
    });
  }

  async opened(path: string, headers: Record<string, string> = {}): Promise<WebSocket> {
    const socket = this.socket(path, headers);
    await once(socket, 'open');
    return socket;
  }

  /** The same sandbox, called with other headers. */
  with(headers: Record<string, string>): Box {
    return new Box(this.client, this.id, headers);
  }
}

const recordShape = z.record(z.string(), z.unknown());

/** An object of which a test reads single members. */
export function members(value: unknown): Record<string, unknown> {
  return recordShape.parse(value);
}

/** Calls `ask` until `done` accepts the value; the time limit of the test ends it. */
export async function eventually<T>(ask: () => T | Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    await new Promise(setImmediate);
  }
}

/** Runs `body` with a fresh sandbox of its own emulator. */
export function inBox(
  body: (box: Box) => Promise<void>,
  options: EmulatorOptions = {},
  sandbox: object = { name: 'box' },
): () => Promise<void> {
  return withEmulator(options, async client => {
    await body(new Box(client, await client.create(sandbox)));
  });
}

/** Suspends a sandbox. */
export async function suspend(box: Box): Promise<void> {
  await box.client.expect(202, 'POST', `/sandboxes/${box.id}/suspend`);
  box.client.clock.advance(timings.suspend);
  await box.client.is(box.id, 'suspended');
}

/** Sends a request, and lets the sandbox resume in the meantime. */
export async function waking<T>(box: Box, ask: () => Promise<T>): Promise<T> {
  const answer = ask();
  await eventually(
    () => box.client.sandbox(box.id),
    ({ status }) => status === 'pending',
  );
  box.client.clock.advance(timings.resume);
  return answer;
}
