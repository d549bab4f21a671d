import assert from 'node:assert/strict';
import { serverFrame, startRawWebSocket } from '../../../../support/servers/rawWebSocket';
import { upgradingTo, Wire } from '../../../../support/wire';
import { OutputRoom } from '../../../../../src/api/data/pty/outputRoom';
import { waitFor } from '../../../../support/waitFor';
import { clientOf, refused, transportOf } from '../../http/box';
import { never } from '../../http/fakeTransport';

const ticket = { sessionId: 'x', token: '0123456789abcdef'.repeat(4) };
const deaf = { output: () => undefined, ended: () => undefined };
const mib = 1024 * 1024;

describe('bounds of a terminal', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  it('pauses the socket while too much output waits for the reader, and loses nothing', async () => {
    const wire = new Wire();
    let bytes = 0;
    const { terminals } = clientOf(upgradingTo(wire), 'http://127.0.0.1:1');
    const pty = await terminals.attach(ticket, { ...deaf, output: chunk => (bytes += chunk.length) }, never, {
      room: new OutputRoom({ each: mib }),
    });
    pty.pause();
    const frame = serverFrame(2, Buffer.alloc(64 * 1024));
    let sent = 0;
    for (let count = 0; count < 64; count += 1) {
      sent += 64 * 1024 - 1;
      wire.push(frame);
      await new Promise(setImmediate);
    }
    // Everything else has its turn now and then, and the rest is read after that.
    await waitFor('what there is room for', () => wire.readableLength <= 3 * mib);
    assert.ok(wire.isPaused(), 'The socket is still read');
    const left = wire.readableLength;
    assert.ok(left > 2 * mib, `${left} of 4 MiB are left in the socket`);
    assert.equal(bytes, 0);
    pty.resume();
    await waitFor('the rest', () => bytes >= sent && !wire.isPaused());
    assert.equal(bytes, sent);
    pty.dispose();
  });

  it('shares the room with the other terminals, each of which keeps a little', async () => {
    const room = new OutputRoom({ each: 4 * mib, all: 6 * mib, least: mib });
    const frame = serverFrame(2, Buffer.alloc(64 * 1024));
    const flooded = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const wire = new Wire();
        const seen = { bytes: 0 };
        const { terminals } = clientOf(upgradingTo(wire), 'http://127.0.0.1:1');
        const events = { ...deaf, output: (chunk: Uint8Array) => void (seen.bytes += chunk.length) };
        return { wire, seen, pty: await terminals.attach(ticket, events, never, { room }) };
      }),
    );
    const pour = async (wire: Wire): Promise<void> => {
      for (let count = 0; count < 8 * 16; count += 1) {
        wire.push(frame);
        await new Promise(setImmediate);
      }
    };
    /** What was taken of 8 MiB, in MiB. */
    const taken = (wire: Wire): number => Math.round(8 - wire.readableLength / mib);
    for (const { pty } of flooded) pty.pause();
    for (const [index, { wire }] of flooded.entries()) {
      await pour(wire);
      const share = [4, 2, 1, 1, 1][index];
      await waitFor(`${share} MiB to be taken`, () => taken(wire) === share);
    }
    assert.deepEqual(
      flooded.map(({ wire }) => taken(wire)),
      [4, 2, 1, 1, 1],
    );
    const [first, second] = flooded;
    assert.ok(first && second);
    // What one gives back, the next ones have.
    first.pty.dispose();
    second.pty.resume();
    await waitFor(
      'the second terminal',
      () => second.seen.bytes > 7 * mib && second.wire.readableLength === 0 && !second.wire.isPaused(),
    );
    second.pty.pause();
    await pour(second.wire);
    const { wire } = second;
    await waitFor('3 MiB to be taken', () => taken(wire) === 3);
    for (const { pty } of flooded) pty.dispose();
    const after = room.place();
    assert.deepEqual([after.hold(4 * mib), after.hold(4 * mib + 1)], [false, true]);
  });

  it('sends the token in its header alone, unless the server does not read it there', async () => {
    const server = await startRawWebSocket(socket => socket.resume());
    try {
      const pty = await clientOf(transport, server.origin).terminals.attach(ticket, deaf, never);
      pty.dispose();
      assert.deepEqual(
        server.seen.map(({ url, headers }) => [url, headers['x-pty-token']]),
        [['/api/v1/pty/x/ws', ticket.token]],
      );
    } finally {
      await server.stop();
    }
  });

  it('sends the token in the address only after it was refused in its header', async () => {
    const answers = (status: string, code: string) => () =>
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${JSON.stringify({ code, error: 'no' })}`;
    for (const [status, code, requests, kind] of [
      ['403 Forbidden', 'INVALID_TOKEN', 2, 'notFound'],
      ['404 Not Found', 'SESSION_NOT_FOUND', 1, 'notFound'],
      ['404 Not Found', 'NOT_FOUND', 1, 'notFound'],
      ['401 Unauthorized', 'UNAUTHORIZED', 1, 'unauthenticated'],
      ['429 Too Many Requests', 'RATE_LIMITED', 1, 'rateLimited'],
      ['503 Service Unavailable', 'SANDBOX_NOT_READY', 1, 'server'],
    ] as const) {
      const server = await startRawWebSocket(socket => socket.end(), answers(status, code));
      try {
        await refused(kind, clientOf(transport, server.origin).terminals.attach(ticket, deaf, never));
        const urls = server.seen.map(({ url }) => url);
        assert.equal(urls.length, requests, code);
        assert.equal(urls[0], '/api/v1/pty/x/ws');
        assert.ok(urls.slice(1).every(url => url === `/api/v1/pty/x/ws?token=${ticket.token}`));
      } finally {
        await server.stop();
      }
    }
  });
});
