import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Client } from './harness';

export interface Raw {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Sends a request over its own connection and resolves with the head of the answer. */
export async function head(
  client: Client,
  { method = 'GET', path = '/sandboxes', body, headers }: Sent = {},
) {
  const sent = request({
    agent: new Agent(),
    port: client.emulator.port,
    method,
    path,
    headers: { authorization: `Bearer ${client.emulator.apiKey}`, ...headers },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  return answer;
}

/** Sends a request and returns the whole answer unparsed. */
export async function raw(client: Client, sent?: Sent): Promise<Raw> {
  const answer = await head(client, sent);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
}

/** Switches a fault on over the admin path. */
export async function switchOn(client: Client, fault: string, fields: object = {}): Promise<void> {
  const admin = client.as(client.emulator.adminKey);
  await admin.expect(201, 'POST', '/_emulator/faults', { fault, ...fields });
}
