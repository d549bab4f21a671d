import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { Daemon } from '../../../../src/api/data/daemon';
import {
  openWebSocket,
  type WebSocketEnd,
  type WebSocketEvents,
  type WebSocketOptions,
} from '../../../../src/api/data/webSocket';
import { StreamingClient } from '../../../../src/api/http/streamingClient';
import { deferred } from '../../../../src/core/kernel/async';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { LoopbackServer } from '../../../support/servers/loopbackServer';
import {
  closeFrame,
  rightAnswer,
  serverFrame,
  startRawWebSocket,
} from '../../../support/servers/rawWebSocket';
import { waitFor } from '../../../support/waitFor';
import { endpointAt, never } from '../http/fakeTransport';
import { refused, text, transportOf } from '../http/box';

/** Events of a WebSocket that never opens. */
const none: WebSocketEvents = { message: () => assert.fail(), closed: () => assert.fail() };

describe('WebSocketConnection', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function open(origin: string, events: WebSocketEvents, options?: WebSocketOptions) {
    const transport = transportOf();
    cleanups.push(() => transport.dispose());
    const client = new StreamingClient({
      transport,
      endpoint: endpointAt(origin),
      credential: () => 'tl_apiKey_test',
      logger: silentLogger,
      version: '0.0.0',
    });
    return openWebSocket(new Daemon(client), { path: '/x', signal: never, retry: 'none' }, events, options);
  }

  /** A connection to a server that runs `talk` on each socket. */
  async function connect(
    talk: (socket: Duplex) => void,
    options?: WebSocketOptions,
    more: Partial<WebSocketEvents> = {},
  ) {
    const server = await startRawWebSocket(talk);
    cleanups.push(() => server.stop());
    const messages: Buffer[] = [];
    const closing = deferred<WebSocketEnd>();
    const events = {
      message: (payload: Buffer) => void messages.push(payload),
      closed: closing.resolve,
      ...more,
    };
    const webSocket = await open(server.origin, events, options);
    cleanups.push(() => webSocket.dispose());
    return { webSocket, messages, closed: closing.promise };
  }

  it('rejects an answer that is not a handshake', async () => {
    const wrong = [
      () => rightAnswer('nonsense'),
      (accept: string) => rightAnswer(accept).replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x\r\n\r\n'),
    ];
    for (const shake of wrong) {
      const server = await startRawWebSocket(() => undefined, shake);
      cleanups.push(() => server.stop());
      const error = await refused('schema', open(server.origin, none));
      assert.equal(error.code, 'HANDSHAKE');
    }
    const plain = await LoopbackServer.start((_seen, response) => response.end('hello'));
    cleanups.push(() => plain.stop());
    const error = await refused('server', open(plain.origin, none));
    assert.equal(error.code, 'NO_UPGRADE');
  });

  it('joins fragments, answers pings between them, and answers a close with its code', async () => {
    const heard: Buffer[] = [];
    const { messages, closed } = await connect(socket => {
      socket.on('data', (chunk: Buffer) => heard.push(chunk));
      socket.write(
        Buffer.concat([
          serverFrame(2, Buffer.from('a'), false),
          serverFrame(9, Buffer.from('there?')),
          serverFrame(0, Buffer.from('b'), true),
          closeFrame(1000, 'exit:0\nx'),
        ]),
      );
    });
    assert.deepEqual(await closed, { code: 1000, reason: 'exit:0 x', isOwn: false });
    assert.deepEqual(messages.map(text), ['ab']);
    await waitFor('pong and close', () => Buffer.concat(heard).length === 6 + 6 + 6 + 2);
    const [pong, close] = [Buffer.concat(heard)[0], Buffer.concat(heard)[12]];
    assert.deepEqual([pong, close], [0x8a, 0x88]);
  });

  it('ends with an error when the server breaks the protocol', async () => {
    for (const bytes of [
      serverFrame(0, Buffer.from('no beginning')),
      Buffer.concat([serverFrame(2, Buffer.of(1), false), serverFrame(2, Buffer.of(2))]),
      Buffer.of(0x82, 0x81, 1, 2, 3, 4, 5),
      Buffer.of(0x82, 127, 127, 255, 255, 255, 255, 255, 255, 255),
      Buffer.concat([serverFrame(2, Buffer.alloc(900), false), serverFrame(0, Buffer.alloc(900))]),
    ]) {
      const { closed } = await connect(socket => socket.write(bytes), { maxMessageBytes: 1_000 });
      const end = await closed;
      assert.deepEqual([end.error?.kind, end.error?.code], ['schema', 'WEBSOCKET']);
    }
  });

  it('distinguishes a cut connection from a closed one', async () => {
    for (const cut of [
      (socket: Duplex) => socket.destroy(),
      (socket: Duplex) => socket.end(serverFrame(2, Buffer.from('last'))),
      (socket: Duplex) => socket.end(serverFrame(2, Buffer.alloc(100)).subarray(0, 50)),
    ]) {
      const { closed } = await connect(cut);
      const { code, isOwn } = await closed;
      assert.deepEqual([code, isOwn], [1006, false]);
    }
  });

  it('asks a peer soon after the machine slept, although its timer stood still', async function () {
    this.timeout(30_000);
    let elapsedMs = 0;
    const { closed } = await connect(() => undefined, {
      pingMs: 3_600_000,
      pongMs: 20,
      elapsed: () => elapsedMs,
    });
    elapsedMs += 2 * 3_600_000;
    assert.equal((await closed).error?.code, 'SILENT');
  });

  it('detects a silent peer, and keeps the connection to one that answers', async () => {
    const times = { pingMs: 30, pongMs: 60 };
    const silent = await connect(() => undefined, times);
    const end = await silent.closed;
    assert.deepEqual([end.code, end.error?.kind, end.error?.code], [1006, 'network', 'SILENT']);
    let pings = 0;
    const living = await connect(socket => {
      socket.on('data', () => {
        pings += 1;
        socket.write(serverFrame(10, Buffer.alloc(0)));
      });
    }, times);
    await waitFor('several pings', () => pings >= 4);
    assert.ok(living.webSocket.isOpen);
    const probed = await connect(() => undefined, { pingMs: 60_000, pongMs: 20 });
    probed.webSocket.probe();
    assert.equal((await probed.closed).error?.code, 'SILENT');
  });

  it('applies backpressure while paused, answers pings, and loses nothing', async () => {
    const total = 24 * 1024 * 1024;
    let sent = 0;
    let taken = 0;
    let pongs = 0;
    let server: Duplex | undefined;
    const { webSocket, closed } = await connect(
      socket => {
        server = socket;
        socket.on('data', () => (pongs += 1));
        const frame = serverFrame(2, Buffer.alloc(64 * 1024, 'x'));
        const fill = (): void => {
          while (sent < total) {
            sent += 64 * 1024;
            if (!socket.write(frame)) return;
          }
          socket.end(closeFrame(1000, 'done'));
        };
        socket.on('drain', fill);
        fill();
      },
      { pingMs: 20, pongMs: 50 },
      { message: payload => (taken += payload.length) },
    );
    webSocket.pause();
    await waitFor('pongs from a paused client', () => pongs >= 3);
    const held = sent;
    assert.ok(held < total, `${held} bytes went to a client that takes none`);
    assert.equal(taken, 0);
    webSocket.resume();
    assert.deepEqual(await closed, { code: 1000, reason: 'done', isOwn: false });
    assert.equal(taken, total);
    assert.ok(server);
  });

  it('delivers to a paused client what arrived before the connection broke', async () => {
    const { webSocket, messages, closed } = await connect(
      socket => {
        socket.write(
          Buffer.concat(Array.from({ length: 5 }, (_, index) => serverFrame(2, Buffer.of(index)))),
        );
        socket.end();
      },
      {},
      {},
    );
    webSocket.pause();
    setImmediate(() => webSocket.resume());
    const end = await closed;
    assert.equal(end.code, 1006);
    assert.equal(messages.length, 5);
  });

  it('can be paused in the middle of a delivery', async () => {
    const order: string[] = [];
    const all = deferred<undefined>();
    const { webSocket } = await connect(
      socket => socket.write(Buffer.concat([1, 2, 3].map(value => serverFrame(2, Buffer.of(value))))),
      {},
      {
        message: payload => {
          order.push(String(payload[0]));
          webSocket.pause();
          setImmediate(() => {
            order.push('resumed');
            webSocket.resume();
            if (payload[0] === 3) all.resolve(undefined);
          });
        },
      },
    );
    await all.promise;
    assert.deepEqual(order, ['1', 'resumed', '2', 'resumed', '3', 'resumed']);
  });

  it('sends a close frame, and does not wait for a server that does not answer', async () => {
    const polite = await connect(socket => socket.once('data', () => socket.end(closeFrame(1000))));
    polite.webSocket.close();
    assert.deepEqual(await polite.closed, { code: 1000, reason: '', isOwn: true });
    const parting = deferred<undefined>();
    const rude = await connect(socket => socket.resume().on('end', () => parting.resolve(undefined)));
    rude.webSocket.close();
    assert.equal((await rude.closed).isOwn, true);
    await parting.promise;
  });

  it('ends with its transport', async () => {
    const server = await startRawWebSocket(() => undefined);
    cleanups.push(() => server.stop());
    const transport = transportOf();
    const client = new StreamingClient({
      transport,
      endpoint: endpointAt(server.origin),
      credential: () => 'tl_apiKey_test',
      logger: silentLogger,
      version: '0.0.0',
    });
    const closing = deferred<WebSocketEnd>();
    const call = { path: '/x', signal: never };
    await openWebSocket(new Daemon(client), call, { ...none, closed: closing.resolve });
    transport.dispose();
    assert.equal((await closing.promise).error?.kind, 'cancelled');
  });
});
