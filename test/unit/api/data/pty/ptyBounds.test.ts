import assert from 'node:assert/strict';
import { serverFrame, startRawWebSocket } from '../../../../support/rawWebSocket';
import { upgradingTo, Wire } from '../../../../support/wire';
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
      maxWaitingBytes: mib,
    });
    pty.pause();
    const frame = serverFrame(2, Buffer.alloc(64 * 1024));
    let sent = 0;
    for (let count = 0; count < 64; count += 1) {
      sent += 64 * 1024 - 1;
      wire.push(frame);
      await new Promise(setImmediate);
    }
    assert.ok(wire.isPaused(), 'The socket is still read');
    const left = wire.readableLength;
    assert.ok(left > 2 * mib, `${left} of 4 MiB are left in the socket`);
    assert.equal(bytes, 0);
    pty.resume();
    for (let turns = 0; bytes < sent; turns += 1) {
      assert.ok(turns < 1_000, `${bytes} of ${sent} bytes came`);
      await new Promise(setImmediate);
    }
    assert.deepEqual([bytes, wire.isPaused()], [sent, false]);
    pty.dispose();
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
    for (const [status, code, requests] of [
      ['403 Forbidden', 'INVALID_TOKEN', 2],
      ['404 Not Found', 'SESSION_NOT_FOUND', 1],
      ['404 Not Found', 'NOT_FOUND', 1],
    ] as const) {
      const server = await startRawWebSocket(socket => socket.end(), answers(status, code));
      try {
        await refused('notFound', clientOf(transport, server.origin).terminals.attach(ticket, deaf, never));
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
