import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Receiver } from 'ws';
import {
  WebSocketConnection,
  receiveLimits,
  type WebSocketEnd,
  type WebSocketEvents,
} from '../../../../src/api/data/webSocket';
import { deferred } from '../../../../src/core/kernel/async';
import { closeFrame, serverFrame } from '../../../support/servers/rawWebSocket';
import { Wire } from '../../../support/wire';

/** Reads the bytes of a client as a server that requires masks. */
function heardByServer(bytes: Buffer) {
  const heard = { messages: [] as Buffer[], pongs: 0, closeCode: undefined as number | undefined };
  new Receiver({ isServer: true, maxPayload: 1_000_000, maxFragments: 1, maxBufferedChunks: 1 })
    .on('message', payload => heard.messages.push(payload))
    .on('pong', () => (heard.pongs += 1))
    .on('conclude', code => (heard.closeCode = code))
    .on('error', error => assert.fail(error))
    .write(bytes);
  return heard;
}

function connect(more: Partial<WebSocketEvents> = {}, maxMessageBytes: number = receiveLimits.maxPayload) {
  const wire = new Wire();
  const messages: Buffer[] = [];
  const closing = deferred<WebSocketEnd>();
  const webSocket = new WebSocketConnection(
    wire,
    { message: payload => messages.push(payload), closed: closing.resolve, ...more },
    { pingMs: 60_000, pongMs: 60_000, elapsed: () => performance.now(), maxMessageBytes },
  );
  const server = () => heardByServer(Buffer.concat(wire.sent));
  return { webSocket, wire, messages, closed: closing.promise, server };
}

/** Feeds bytes to a connection in chunks that end at these offsets. */
function push(wire: Wire, bytes: Buffer, cuts: readonly number[]): void {
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length].map(at => Math.min(at, bytes.length));
  for (const [index, end] of places.slice(1).entries()) {
    const piece = bytes.subarray(places[index], end);
    if (piece.length > 0) wire.push(piece);
  }
}

describe('WebSocketConnection and the protocol', () => {
  it('reads the same messages for any cut of frames and bytes', async () => {
    const message = fc.record({
      pieces: fc.array(fc.oneof(fc.nat(130), fc.constantFrom(65_535, 65_536, 70_000)), {
        minLength: 1,
        maxLength: 4,
      }),
      isPinged: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.nat(200_000), { maxLength: 40 }),
        async (wanted, cuts) => {
          const frames = wanted.flatMap(({ pieces, isPinged }, index) =>
            pieces.flatMap((length, at) => [
              serverFrame(at === 0 ? 2 : 0, Buffer.alloc(length, index + 1), at === pieces.length - 1),
              ...(isPinged ? [serverFrame(9, Buffer.of(at))] : []),
            ]),
          );
          const { wire, messages, closed, server } = connect();
          push(wire, Buffer.concat([...frames, closeFrame(1000)]), cuts);
          assert.deepEqual(await closed, { code: 1000, reason: '', isOwn: false });
          assert.deepEqual(
            messages,
            wanted.map(({ pieces }, index) =>
              Buffer.alloc(
                pieces.reduce((sum, length) => sum + length, 0),
                index + 1,
              ),
            ),
          );
          const pings = wanted.reduce((sum, { pieces, isPinged }) => sum + (isPinged ? pieces.length : 0), 0);
          const { pongs, ...heard } = server();
          assert.deepEqual(heard, { messages: [], closeCode: 1000 });
          // Several that arrive at once are answered by the last.
          assert.ok(pongs <= pings && pongs > 0 === pings > 0, `${pongs} pongs for ${pings} pings`);
          wire.destroy();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('ends with an error when the server breaks the protocol, and sends the reason', async () => {
    const piece = (opcode: number): Buffer => serverFrame(opcode, Buffer.of(1), false);
    const broken: readonly (readonly [string, number, Buffer])[] = [
      ['reserved bits', 1002, Buffer.of(0xf2, 0)],
      ['a compressed message', 1002, Buffer.of(0xc2, 0)],
      ['an unknown opcode', 1002, Buffer.of(0x83, 0)],
      ['an unknown control frame', 1002, Buffer.of(0x8b, 0)],
      ['a masked frame', 1002, Buffer.of(0x82, 0x81, 1, 2, 3, 4, 5)],
      ['a long ping', 1002, serverFrame(9, Buffer.alloc(126))],
      ['a ping in pieces', 1002, serverFrame(9, Buffer.alloc(1), false)],
      ['a continuation of nothing', 1002, piece(0)],
      ['a message within a message', 1002, Buffer.concat([piece(2), piece(2)])],
      ['half a close code', 1002, serverFrame(8, Buffer.of(3))],
      ['a close code that means none', 1002, closeFrame(1005)],
      ['a text that is none', 1007, serverFrame(1, Buffer.of(0xff))],
      ['a reason that is no text', 1007, serverFrame(8, Buffer.of(3, 232, 0xff))],
      ['a frame beyond the limit', 1009, serverFrame(2, Buffer.alloc(1_001)).subarray(0, 4)],
      ['a frame of absurd length', 1009, Buffer.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255)],
      ['a message beyond the limit', 1009, Buffer.concat([piece(2), serverFrame(0, Buffer.alloc(1_000))])],
      [
        'a message of too many pieces',
        1008,
        Buffer.concat([piece(2), ...Array.from({ length: receiveLimits.maxFragments }, () => piece(0))]),
      ],
    ];
    for (const [what, code, bytes] of broken) {
      const { wire, messages, closed, server } = connect({}, 1_000);
      wire.push(bytes);
      const end = await closed;
      assert.deepEqual([end.code, end.error?.kind, end.error?.code], [code, 'schema', 'WEBSOCKET'], what);
      assert.deepEqual([server().closeCode, messages.length, wire.destroyed], [code, 0, true], what);
    }
  });

  it('ends on a frame that arrives in too many chunks', async () => {
    const { wire, closed, server } = connect();
    const frame = serverFrame(2, Buffer.alloc(2 * receiveLimits.maxBufferedChunks));
    for (let at = 0; at < receiveLimits.maxBufferedChunks + 20; at++) wire.push(frame.subarray(at, at + 1));
    assert.equal((await closed).code, 1008);
    assert.equal(server().closeCode, 1008);
  });

  it('masks what it sends, each frame differently', () => {
    const { webSocket, server, wire } = connect();
    const payloads = [0, 5, 125, 126, 65_535, 65_536].map(length => Buffer.alloc(length, 'abc'));
    for (const payload of payloads) webSocket.send(payload.subarray(0, 3), payload.subarray(3));
    assert.deepEqual(server().messages, payloads);
    const before = wire.sent.length;
    for (let count = 0; count < 2_000; count++) webSocket.send();
    const masks = new Set(wire.sent.slice(before).map(frame => frame.readUInt32BE(2)));
    assert.ok(masks.size > 1_990);
    webSocket.dispose();
  });

  it('does not modify the bytes that it sends', () => {
    const { webSocket } = connect();
    const payload = Buffer.alloc(100, 'abc');
    webSocket.send(payload);
    webSocket.ping(payload);
    assert.deepEqual(payload, Buffer.alloc(100, 'abc'));
    webSocket.dispose();
  });

  it('reads codes and reasons of a close, and answers with the code', async () => {
    for (const [frame, code, reason] of [
      [closeFrame(1008, 'grüße'), 1008, 'grüße'],
      [closeFrame(4321), 4321, ''],
      [serverFrame(8, Buffer.alloc(0)), 1005, ''],
    ] as const) {
      const { wire, closed, server } = connect();
      wire.push(frame);
      assert.deepEqual(await closed, { code, reason, isOwn: false });
      assert.equal(server().closeCode, code);
      wire.destroy();
    }
  });

  it('reads nothing after the close', async () => {
    const { wire, messages, closed } = connect();
    wire.push(Buffer.concat([closeFrame(1000), serverFrame(2, Buffer.of(1))]));
    await closed;
    wire.push(Buffer.of(0xff, 0xff));
    assert.deepEqual(messages, []);
    wire.destroy();
  });

  it('sends until it has delivered everything that arrived before the close', async () => {
    const { webSocket, wire, closed, server } = connect({ message: () => webSocket.pause() });
    wire.push(Buffer.concat([serverFrame(2, Buffer.of(1)), closeFrame(1000)]));
    await new Promise(setImmediate);
    assert.ok(webSocket.isOpen);
    webSocket.send(Buffer.from('still here'));
    webSocket.resume();
    await closed;
    assert.deepEqual(server(), { messages: [Buffer.from('still here')], pongs: 0, closeCode: 1000 });
    wire.destroy();
  });

  it('continues after a listener throws', async () => {
    const seen: number[] = [];
    const { webSocket, wire } = connect({
      message: ([value = 0]) => {
        seen.push(value);
        if (value === 1) throw new Error('of the listener');
      },
    });
    await new Promise(setImmediate);
    assert.throws(
      () => wire.push(Buffer.concat([1, 2].map(value => serverFrame(2, Buffer.of(value))))),
      /of the listener/,
    );
    wire.push(serverFrame(2, Buffer.of(3)));
    assert.deepEqual(seen, [1, 2, 3]);
    webSocket.dispose();
  });
});
