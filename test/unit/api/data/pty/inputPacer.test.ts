import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputPacer } from '../../../../../src/api/data/pty/inputPacer';

const limit = 1024 * 1024;

/** A server that counts input in windows of one second, as its code does, behind a network with varying delay. */
class Server {
  sinceMs = 0;
  windowBytes = 0;
  worst = 0;
  readonly received: Buffer[] = [];

  receive(chunk: Uint8Array, atMs: number): void {
    assert.ok(chunk.length < 65_536);
    this.received.push(Buffer.from(chunk));
    if (atMs - this.sinceMs >= 1_000) {
      this.sinceMs = atMs;
      this.windowBytes = 0;
    }
    this.windowBytes += chunk.length;
    this.worst = Math.max(this.worst, this.windowBytes);
  }
}

describe('InputPacer', () => {
  it('sends typed input at once', () => {
    const sent: string[] = [];
    const pacer = new InputPacer({
      send: chunk => {
        sent.push(Buffer.from(chunk).toString());
        return true;
      },
      mark: () => undefined,
    });
    pacer.write(Buffer.from('l'));
    pacer.write(Buffer.from('s\n'));
    assert.deepEqual(sent, ['l', 's\n']);
    assert.equal(pacer.pendingBytes, 0);
    pacer.dispose();
  });

  it('waits while the socket is full', () => {
    let isFull = true;
    const sent: number[] = [];
    const pacer = new InputPacer({
      send: chunk => {
        sent.push(chunk.length);
        return !isFull;
      },
      mark: () => undefined,
    });
    pacer.write(Buffer.alloc(200_000));
    assert.deepEqual(sent, [65_535]);
    isFull = false;
    pacer.drained();
    assert.equal(
      sent.reduce((sum, bytes) => sum + bytes, 0),
      200_000,
    );
    pacer.dispose();
  });

  it('never exceeds the limit of the server in any second, with any network delay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 12 }),
        (delays, writes) => {
          let nowMs = 0;
          let lastArrival = 0;
          let sends = 0;
          const server = new Server();
          const events: { readonly atMs: number; readonly run: () => void }[] = [];
          const pacer = new InputPacer(
            {
              send: chunk => {
                // TCP keeps the order: a late chunk delays those after it.
                lastArrival = Math.max(lastArrival, nowMs + (delays[sends++ % delays.length] ?? 0));
                const atMs = lastArrival;
                events.push({ atMs, run: () => server.receive(chunk, atMs) });
                return true;
              },
              mark: mark => {
                events.push({ atMs: lastArrival, run: () => pacer.acknowledge(mark) });
              },
            },
            () => nowMs,
          );
          const content = writes.map((length, index) => Buffer.alloc(length, index + 1));
          for (const bytes of content) pacer.write(bytes);
          for (let rounds = 0; pacer.pendingBytes > 0 || events.length > 0; rounds++) {
            assert.ok(rounds < 100_000, 'It does not come to an end');
            events.sort((a, b) => a.atMs - b.atMs);
            const next = events.shift();
            if (next) {
              nowMs = Math.max(nowMs, next.atMs);
              next.run();
            } else {
              nowMs += 10;
              pacer.drained();
            }
          }
          pacer.dispose();
          assert.ok(server.worst <= limit, `${server.worst} bytes within a second`);
          assert.ok(Buffer.concat(server.received).equals(Buffer.concat(content)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
