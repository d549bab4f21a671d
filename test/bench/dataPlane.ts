import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { sandboxAddress } from '../../src/api/data/sandboxAddress';
import { SandboxClient } from '../../src/api/data/sandboxClient';
import { parseEndpoint } from '../../src/core/account/endpoint';
import { UndiciTransport } from '../../src/api/http/undiciTransport';
import { silentLogger } from '../../src/core/kernel/logger';
import type { TerminalTicket } from '../../src/core/terminal/terminalSession';
import { sandboxesOf } from './controlPlane';
import { benchKey, emulatorArgs, emulatorMark, startServer } from './serverProcess';

/*
 * The data plane compared with direct connections to the same servers: 100 MB up and down, the echo of a terminal, a
 * burst of 50 MB. The servers are separate processes. Run: npx tsx test/bench/dataPlane.ts
 */

const megabyte = 1024 * 1024;
const fileBytes = 100 * megabyte;
const burstBytes = 50_000_000;
const rounds = 20;
const keys = 400;
const leastShare = 0.9;
const mostEchoMs = 1;
/** Limit for the memory growth during 100 MB. */
const mostGrowthMb = 40;

const never = new AbortController().signal;

/** `npx tsx test/bench/dataPlane.ts serve`: sends and receives bytes as fast as Node can. */
function serve(): void {
  const piece = Buffer.alloc(256 * 1024, 'x');
  const give = (response: ServerResponse): void => {
    let left = fileBytes;
    const fill = (): void => {
      while (left > 0) {
        left -= piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.writeHead(200, { 'content-length': fileBytes }).on('drain', fill);
    fill();
  };
  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET') give(response);
    else incoming.on('end', () => response.writeHead(204).end()).resume();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') console.log(`URL=http://127.0.0.1:${address.port}`);
  });
}

function clientAt(transport: UndiciTransport, api: string, id: string, sandboxUrl: string): SandboxClient {
  const endpoint = parseEndpoint(api);
  if ('error' in endpoint) throw new Error(endpoint.error);
  const address = sandboxAddress(endpoint.ok, { id, sandboxUrl });
  if (!('ok' in address)) throw new Error('No address');
  const credential = (): string => benchKey;
  return new SandboxClient({
    transport,
    address: address.ok,
    credential,
    logger: silentLogger,
    version: '0',
  });
}

async function* upload(): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(256 * 1024, 'y');
  for (let left = fileBytes; left > 0; left -= piece.length) yield await Promise.resolve(piece);
}

/** Medians of both variants, which alternate so that the load of the machine affects both. */
async function compare(
  bare: () => Promise<void>,
  ours: () => Promise<void>,
): Promise<{ readonly bareMs: number; readonly oursMs: number; readonly share: number }> {
  const timed = async (way: () => Promise<void>): Promise<number> => {
    const begun = performance.now();
    await way();
    return performance.now() - begun;
  };
  const found: { readonly bareMs: number; readonly oursMs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const bareMs = await timed(bare);
    found.push({ bareMs, oursMs: await timed(ours) });
  }
  return {
    bareMs: middle(found.map(({ bareMs }) => bareMs)),
    oursMs: middle(found.map(({ oursMs }) => oursMs)),
    share: middle(found.map(({ bareMs, oursMs }) => bareMs / oursMs)),
  };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function transfers(transport: UndiciTransport, url: string): Promise<boolean> {
  const { files } = clientAt(transport, 'http://127.0.0.1', 'box', url);
  const dispatcher = new Agent({ pipelining: 1 });
  let peakMb = 0;
  const sample = (): void => {
    peakMb = Math.max(peakMb, process.memoryUsage().rss / megabyte);
  };
  const drain = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      sample();
    }
    if (bytes !== fileBytes) throw new Error(`${bytes} bytes arrived`);
  };
  const raw = {
    down: async () => drain((await request(url, { dispatcher })).body),
    up: async () => {
      const headers = { 'content-length': String(fileBytes) };
      const body = Readable.from(upload(), { objectMode: false });
      await (await request(url, { dispatcher, method: 'PUT', headers, body })).body.dump();
    },
  };
  const client = {
    down: async () => drain((await files.open('/big', never)).body),
    up: async () => files.write('/big', { size: fileBytes, open: upload }, never),
  };
  let isGood = true;
  await client.down();
  await client.up();
  global.gc?.();
  const before = process.memoryUsage().rss / megabyte;
  peakMb = before;
  for (const way of ['down', 'up'] as const) {
    const { bareMs, oursMs, share } = await compare(raw[way], client[way]);
    const rate = (ms: number): string => `${Math.round(fileBytes / megabyte / (ms / 1_000))} MB/s`;
    console.log(`100 MB ${way}: ${rate(oursMs)}, raw undici ${rate(bareMs)}, ${Math.round(share * 100)} %`);
    isGood &&= share >= leastShare;
  }
  console.log(
    `memory over ${rounds * 4 * 100} MB: from ${Math.round(before)} to at most ${Math.round(peakMb)} MB`,
  );
  await dispatcher.close();
  return isGood && peakMb - before <= mostGrowthMb;
}

/** A terminal that echoes its input. */
const echo = { command: 'sh', args: ['-c', 'stty raw -echo; printf R; exec cat'] };

interface Wire {
  send(key: string): void;
  close(): void;
}

async function median(open: (got: () => void) => Promise<Wire>): Promise<number> {
  let heard: (() => void) | undefined;
  const wire = await open(() => heard?.());
  const times: number[] = [];
  for (let key = 0; key < keys; key++) {
    const answered = new Promise<void>(resolve => (heard = resolve));
    const begun = performance.now();
    wire.send('k');
    await answered;
    times.push(performance.now() - begun);
  }
  wire.close();
  return middle(times);
}

async function terminals(client: SandboxClient, sandbox: { id: string; url: string }): Promise<boolean> {
  const ready = async (): Promise<TerminalTicket> => {
    const ticket = await client.terminals.create(echo, never);
    await sleep(300);
    return ticket;
  };
  const bare = async (got: () => void): Promise<Wire> => {
    const { sessionId, token } = await ready();
    const url = new URL(`/api/v1/pty/${sessionId}/ws`, sandbox.url);
    const webSocket = new WebSocket(`ws://127.0.0.1:${url.port}${url.pathname}`, {
      headers: {
        authorization: `Bearer ${benchKey}`,
        'x-pty-token': token,
        'x-tensorlake-sandbox-id': sandbox.id,
      },
    });
    await once(webSocket, 'open');
    const replayed = once(webSocket, 'message');
    webSocket.send(Buffer.of(2));
    await replayed;
    webSocket.on('message', got);
    return { send: key => webSocket.send(Buffer.from(`\0${key}`)), close: () => webSocket.terminate() };
  };
  const ours = async (got: () => void): Promise<Wire> => {
    let listen = (): void => undefined;
    const replayed = new Promise<void>(resolve => (listen = resolve));
    const events = { output: () => listen(), ended: () => undefined };
    const pty = await client.terminals.attach(await ready(), events, never);
    await replayed;
    listen = got;
    return { send: key => pty.write(key), close: () => pty.dispose() };
  };
  const bareMs = Math.min(await median(bare), await median(bare));
  const oursMs = Math.min(await median(ours), await median(ours));
  console.log(`echo of a key: ${oursMs.toFixed(2)} ms, raw WebSocket ${bareMs.toFixed(2)} ms`);
  return oursMs - bareMs <= mostEchoMs;
}

async function burst(client: SandboxClient): Promise<boolean> {
  const script = `stty raw -echo; read x; head -c ${burstBytes} /dev/zero | tr '\\0' z; exit 0`;
  const ticket = await client.terminals.create({ command: 'sh', args: ['-c', script] }, never);
  let bytes = 0;
  let latest = performance.now();
  let longest = 0;
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - latest);
    latest = performance.now();
  }, 5);
  const begun = performance.now();
  const end = await new Promise<string>((resolve, reject) => {
    client.terminals
      .attach(ticket, { output: chunk => (bytes += chunk.length), ended: ({ kind }) => resolve(kind) }, never)
      .then(async pty => {
        await sleep(300);
        pty.write('\n');
      }, reject);
  });
  clearInterval(beat);
  const rate = Math.round(bytes / megabyte / ((performance.now() - begun) / 1_000));
  console.log(
    `burst: ${bytes} of ${burstBytes} bytes, ended as ${end}, ${rate} MB/s, longest standstill ${Math.round(longest)} ms`,
  );
  return bytes === burstBytes && end === 'exited';
}

async function main(): Promise<void> {
  const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
  const plain = await startServer([__filename, 'serve'], /URL=(\S+)/);
  const emulator = await startServer(emulatorArgs('--sandboxes', '0'), emulatorMark);
  try {
    let isGood = await transfers(transport, plain.url);
    const sandboxes = sandboxesOf(transport, emulator.url);
    await sandboxes.create({ name: 'bench', resources: { cpus: 1, memoryMb: 1_024 } }, never);
    let sandbox = await sandboxes.get('bench', never);
    while (sandbox.sandboxUrl === undefined || sandbox.state !== 'running') {
      await sleep(100);
      sandbox = await sandboxes.get('bench', never);
    }
    const { id, sandboxUrl: url } = sandbox;
    const client = clientAt(transport, emulator.url, id, url);
    isGood = (await terminals(client, { id, url })) && isGood;
    isGood = (await burst(client)) && isGood;
    if (!isGood) process.exitCode = 1;
  } finally {
    transport.dispose();
    for (const { child } of [plain, emulator]) {
      child.kill();
      await once(child, 'exit');
    }
  }
}

if (process.argv[2] === 'serve') serve();
else void main();
