import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** An answer, taken apart as far as checks look at it. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly allow: string | undefined;
  readonly text: string;
  /** The body, empty where it is no object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface ServerOptions {
  /** Where the control plane answers, without a path. */
  readonly api: string;
  /** Where the inside of sandboxes answers; what their rows say by default. */
  readonly proxy?: string;
  readonly key: string;
}

interface Sent {
  readonly body?: string | Uint8Array | object;
  readonly headers?: Readonly<Record<string, string>>;
}

const boundMs = 30_000;

/** Any server of this API, asked without a library in between, so that what it says is what a check sees. */
export class Server {
  private readonly made = new Set<string>();

  constructor(private readonly options: ServerOptions) {}

  /** A request to the control plane, in a namespace. */
  control(method: string, path: string, sent: Sent = {}, namespace = 'default'): Promise<Answer> {
    return this.plain(method, `/v1/namespaces/${namespace}${path}`, sent);
  }

  plain(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    return ask(method, this.options.api + path, this.withKey(sent));
  }

  /** A request to the inside of a sandbox. */
  async inside(sandbox: string, method: string, path: string, sent: Sent = {}): Promise<Answer> {
    return ask(method, (await this.proxyOf(sandbox)) + path, this.withKey(sent, sandbox));
  }

  /** The same at an address that was read before: a row may have lost it. */
  insideAt(address: string, sandbox: string, method: string, path: string): Promise<Answer> {
    return ask(method, (this.options.proxy ?? address) + path, this.withKey({}, sandbox));
  }

  /** The status, and the words, with which a WebSocket is answered; 101 where it opens. */
  async upgrade(
    sandbox: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const sent = this.withKey({ headers: { ...headers, ...upgrade } }, sandbox);
    return ask('GET', (await this.proxyOf(sandbox)) + path, sent);
  }

  /** Makes a sandbox and waits until it runs. */
  async running(body: object = {}): Promise<string> {
    const { json } = await this.control('POST', '/sandboxes', { body });
    const id = String(json['sandbox_id']);
    this.made.add(id);
    await this.until(id, 'running');
    return id;
  }

  async row(id: string): Promise<Readonly<Record<string, unknown>>> {
    return (await this.control('GET', `/sandboxes/${id}`)).json;
  }

  /** Waits for a state, and returns the row. */
  async until(id: string, ...states: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    return eventually(
      () => this.row(id),
      row => states.includes(String(row['status'])),
      `${id} is not ${states.join(' or ')}`,
    );
  }

  /** Ends what was made here, but for `kept`: a server may be small. */
  async end(kept?: string): Promise<void> {
    for (const id of this.made) {
      if (id === kept) continue;
      this.made.delete(id);
      await this.control('DELETE', `/sandboxes/${id}`);
    }
  }

  /** Where the inside of a sandbox answers, by its row. */
  async addressOf(sandbox: string): Promise<string> {
    const address = (await this.row(sandbox))['sandbox_url'];
    return typeof address === 'string' ? address : this.options.api;
  }

  private async proxyOf(sandbox: string): Promise<string> {
    return this.options.proxy ?? (await this.addressOf(sandbox));
  }

  private withKey({ body, headers }: Sent, sandbox?: string): Sent {
    const { key } = this.options;
    return {
      body,
      headers: {
        ...(key !== '' && { authorization: `Bearer ${key}` }),
        ...(sandbox !== undefined && { 'x-tensorlake-sandbox-id': sandbox }),
        ...(typeof body === 'object' &&
          !(body instanceof Uint8Array) && { 'content-type': 'application/json' }),
        ...headers,
      },
    };
  }
}

/** Asks again until the answer is right. @throws Error with `words` after 30 s */
export async function eventually<T>(
  get: () => Promise<T>,
  isRight: (value: T) => boolean | Promise<boolean>,
  words: string,
): Promise<T> {
  const until = Date.now() + boundMs;
  for (;;) {
    const value = await get();
    if (await isRight(value)) return value;
    if (Date.now() > until) throw new Error(words);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

function ask(method: string, url: string, { body, headers }: Sent): Promise<Answer> {
  const bytes =
    body === undefined || typeof body === 'string' || body instanceof Uint8Array
      ? body
      : JSON.stringify(body);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = bytes === undefined ? 0 : Buffer.byteLength(bytes);
    const request = send(url, {
      method,
      // A server may close a connection after a refusal.
      agent: false,
      headers: { ...headers, ...(method !== 'GET' && { 'content-length': length }) },
      timeout: boundMs,
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${url} was not answered`)));
    request.on('error', reject);
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(answerOf(response.statusCode, response.headers, ''));
    });
    request.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve(answerOf(response.statusCode, response.headers, Buffer.concat(chunks).toString())),
      );
    });
    request.end(bytes);
  });
}

function answerOf(
  status = 0,
  headers: { readonly 'content-type'?: string; readonly allow?: string },
  text: string,
): Answer {
  return { status, type: headers['content-type'] ?? '', allow: headers.allow, text, json: objectOf(text) };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether it is an object whose members can be read. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows of a list. */
export function rowsOf({ json }: Answer, member: string): readonly Readonly<Record<string, unknown>>[] {
  const rows = json[member];
  return Array.isArray(rows) ? rows.filter(isRecord) : [];
}
