import assert from 'node:assert/strict';
import { repeated, startFlood } from '../../../support/flood/flood';
import { serverFrame } from '../../../support/servers/rawWebSocket';
import { assertStrain } from '../../../support/strain';
import { upgradingTo, Wire } from '../../../support/wire';
import { clientOf, transportOf } from '../http/box';
import { never } from '../http/fakeTransport';

describe('bounds of a tunnel', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  it('takes nothing more to send while its server does not read, and loses nothing', async () => {
    const wire = new Wire(false);
    const tunnel = await clientOf(upgradingTo(wire), 'http://127.0.0.1:1').tunnel(80, never);
    const piece = Buffer.alloc(64 * 1024);
    let taken = 0;
    const total = 64;
    const send = (): void => {
      while (taken < total) {
        taken += 1;
        if (!tunnel.write(piece)) return;
      }
    };
    tunnel.on('drain', send);
    send();
    for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
    assert.ok(taken < 8, `${taken} of ${total} pieces were taken`);
    for (let turns = 0; taken < total || wire.writableLength > 0; turns += 1) {
      assert.ok(turns < 10_000, `${taken} pieces were taken`);
      wire.beginReading();
      await new Promise(setImmediate);
    }
    const bytes = wire.sent.reduce((sum, { length }) => sum + length, 0);
    assert.ok(bytes >= total * piece.length, `${bytes} bytes were sent`);
    tunnel.destroy();
  });

  for (const [name, frame] of Object.entries({
    'messages of one byte': serverFrame(2, Buffer.of(1)),
    'large messages': serverFrame(2, Buffer.alloc(1024 * 1024)),
    'empty messages': serverFrame(2, Buffer.of()),
  }))
    it(`keeps little of ${name} for a slow reader`, async () => {
      const server = await startFlood({ repeated: repeated(frame) });
      try {
        await assertStrain(name, { mib: 24, turnMs: 200 }, async () => {
          const tunnel = await clientOf(transport, server.origin).tunnel(80, never);
          await new Promise(resolve => setTimeout(resolve, 800));
          tunnel.destroy();
        });
      } finally {
        server.stop();
      }
    }).timeout(30_000);

  it('ends on a message of more than 1 MiB', async () => {
    const server = await startFlood({ repeated: repeated(serverFrame(2, Buffer.alloc(1024 * 1024 + 1))) });
    try {
      const tunnel = await clientOf(transport, server.origin).tunnel(80, never);
      const error = await new Promise<Error>(resolve => tunnel.once('error', resolve));
      assert.match(error.message, /Max payload size exceeded/);
    } finally {
      server.stop();
    }
  });
});
