import assert from 'node:assert/strict';
import { Receiver } from 'ws';
import { WebSocketConnection, receiveLimits, type WebSocketEvents } from '../../../../src/api/data/webSocket';
import { repeated, startFlood, type Flood } from '../../../support/flood/flood';
import { serverFrame } from '../../../support/servers/rawWebSocket';
import { assertStrain } from '../../../support/strain';
import { waitFor } from '../../../support/waitFor';
import { Wire } from '../../../support/wire';
import { clientOf, transportOf } from '../http/box';
import { never } from '../http/fakeTransport';

function connect(wire: Wire, more: Partial<WebSocketEvents> = {}): WebSocketConnection {
  return new WebSocketConnection(
    wire,
    { message: () => undefined, closed: () => undefined, ...more },
    {
      pingMs: 60_000,
      pongMs: 60_000,
      elapsed: () => performance.now(),
      maxMessageBytes: receiveLimits.maxPayload,
    },
  );
}

/** The frames of a client, by what a server makes of them. */
function heard(wire: Wire): readonly string[] {
  const all: string[] = [];
  const receiver = new Receiver({
    isServer: true,
    maxPayload: 1_000_000,
    maxFragments: 1,
    maxBufferedChunks: 1_000_000,
  });
  receiver
    .on('message', payload => all.push(`message ${payload.toString()}`))
    .on('ping', () => all.push('ping'))
    .on('pong', payload => all.push(`pong ${payload.toString()}`))
    .on('conclude', code => all.push(`close ${code}`));
  receiver.write(Buffer.concat(wire.sent));
  return all;
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const numbered = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, at) => serverFrame(9, Buffer.from(String(at)))));

describe('bounds of a WebSocket', () => {
  it('queues one pong for a peer that does not read, and later answers the latest ping', async () => {
    const wire = new Wire(false);
    connect(wire);
    for (let chunk = 0; chunk < 200; chunk += 1) {
      wire.push(Buffer.concat([numbered(300), serverFrame(9, Buffer.alloc(125, 'x'))]));
      await turn();
    }
    assert.ok(wire.writableLength <= wire.writableHighWaterMark + 200, `${wire.writableLength} bytes wait`);
    wire.push(numbered(7));
    await waitFor('the last pings to be read', () => wire.readableLength === 0);
    await turn();
    wire.beginReading();
    for (let turns = 0; wire.writableLength > 0; turns += 1) {
      assert.ok(turns < 1_000);
      wire.beginReading();
      await turn();
    }
    wire.beginReading();
    assert.equal(heard(wire).at(-1), 'pong 6');
    wire.destroy();
  });

  it('lets other work run between the messages of one chunk', async () => {
    const wire = new Wire();
    let taken = 0;
    connect(wire, {
      message: () => {
        taken += 1;
        const until = performance.now() + 1;
        while (performance.now() < until);
      },
    });
    await turn();
    let takenBefore: number | undefined;
    setImmediate(() => (takenBefore = taken));
    wire.push(Buffer.concat(Array.from({ length: 100 }, () => serverFrame(2, Buffer.of(1)))));
    while (taken < 100) await turn();
    assert.ok(takenBefore !== undefined && takenBefore < 50, `${takenBefore} of 100 came first`);
    wire.destroy();
  });

  it('lets other work run between chunks that one turn brings', async () => {
    const wire = new Wire();
    const taken: number[] = [];
    connect(wire, {
      message: ([value = 0]) => {
        taken.push(value);
        const until = performance.now() + 2;
        while (performance.now() < until);
      },
    });
    await turn();
    let takenBefore: number | undefined;
    setImmediate(() => (takenBefore = taken.length));
    for (let value = 0; value < 60; value += 1) {
      wire.push(serverFrame(2, Buffer.of(value)));
      // The stream hands it over, and the turn goes on.
      await new Promise<void>(resolve => process.nextTick(resolve));
    }
    while (taken.length < 60) await turn();
    assert.ok(takenBefore !== undefined && takenBefore < 30, `${takenBefore} of 60 came first`);
    assert.deepEqual(
      taken,
      Array.from({ length: 60 }, (_, index) => index),
    );
    wire.destroy();
  });

  it('loses and reorders nothing when it is paused, resumed and closed between two turns', async () => {
    const wire = new Wire();
    const taken: number[] = [];
    const webSocket = connect(wire, {
      message: ([value = 0]) => {
        taken.push(value);
        const until = performance.now() + 2;
        while (performance.now() < until);
        if (value % 7 === 0) {
          webSocket.pause();
          setTimeout(() => webSocket.resume(), 1);
        }
      },
    });
    const all = Array.from({ length: 60 }, (_, index) => index);
    wire.push(Buffer.concat(all.map(value => serverFrame(2, Buffer.of(value)))));
    while (taken.length < 60) await turn();
    assert.deepEqual(taken, all);
    webSocket.close();
    assert.deepEqual(heard(wire), ['close 1000']);
    wire.destroy();
  });

  it('sends nothing and tells nothing after it was closed or disposed', async () => {
    for (const way of ['close', 'dispose'] as const) {
      const wire = new Wire();
      let told = 0;
      let ends = 0;
      const webSocket = connect(wire, {
        message: () => (told += 1),
        pong: () => (told += 1),
        drained: () => (told += 1),
        closed: () => (ends += 1),
      });
      await turn();
      webSocket[way]();
      assert.deepEqual(heard(wire), way === 'close' ? ['close 1000'] : []);
      const before = Buffer.concat(wire.sent);
      assert.deepEqual([webSocket.isOpen, ends], [false, way === 'close' ? 0 : 1]);
      assert.equal(webSocket.send(Buffer.from('late')), true);
      webSocket.ping(Buffer.from('late'));
      webSocket.probe();
      webSocket.pause();
      webSocket.resume();
      webSocket.close();
      if (way === 'close') {
        wire.push(
          Buffer.concat([
            serverFrame(2, Buffer.from('late')),
            serverFrame(10, Buffer.alloc(4)),
            serverFrame(9, Buffer.alloc(4)),
          ]),
        );
        wire.emit('drain');
      }
      await turn();
      webSocket.dispose();
      await turn();
      assert.deepEqual(Buffer.concat(wire.sent), before, way);
      assert.deepEqual([told, ends, wire.destroyed], [0, 1, true], way);
    }
  });
});

describe('bounds of a terminal whose server floods it', function () {
  this.timeout(60_000);
  const transport = transportOf();
  after(() => transport.dispose());

  const output = (length: number): Buffer => serverFrame(2, Buffer.alloc(1 + length));
  const begun = serverFrame(2, Buffer.of(0), false).toString('base64');
  const attacks: Readonly<Record<string, Flood & { readonly mib: number }>> = {
    'fragments of one byte': {
      first: begun,
      repeated: repeated(serverFrame(0, Buffer.of(1), false)),
      mib: 24,
    },
    'one fragment in each chunk, the rest pings': {
      first: begun,
      repeated: repeated(
        Buffer.concat([
          serverFrame(0, Buffer.of(1), false),
          ...Array.from({ length: 32_000 }, () => serverFrame(9, Buffer.of())),
        ]),
        0,
      ),
      mib: 48,
    },
    'empty continuation frames': {
      first: begun,
      repeated: repeated(serverFrame(0, Buffer.of(), false)),
      mib: 24,
    },
    'pings, of which it reads no answer': {
      repeated: repeated(serverFrame(9, Buffer.of())),
      isDeaf: true,
      mib: 16,
    },
    'long pings, of which it reads no answer': {
      repeated: repeated(serverFrame(9, Buffer.alloc(125))),
      isDeaf: true,
      mib: 16,
    },
    'empty messages': { repeated: repeated(serverFrame(2, Buffer.of())), mib: 16 },
    'output byte by byte': { repeated: repeated(output(1)), mib: 16 },
    'output in large pieces': { repeated: repeated(output(64 * 1024 - 1)), mib: 100 },
  };
  for (const [name, { mib, ...flood }] of Object.entries(attacks))
    it(`withstands ${name}, read and paused`, async () => {
      const server = await startFlood(flood);
      const { terminals } = clientOf(transport, server.origin);
      const events = { output: () => undefined, ended: () => undefined };
      const attach = () => terminals.attach({ sessionId: 'x', token: 'y'.repeat(32) }, events, never);
      try {
        await assertStrain(name, { mib, turnMs: 200 }, async () => {
          const [read, paused] = [await attach(), await attach()];
          paused.pause();
          await new Promise(resolve => setTimeout(resolve, 1_000));
          read.dispose();
          paused.dispose();
        });
      } finally {
        server.stop();
      }
    });
});
