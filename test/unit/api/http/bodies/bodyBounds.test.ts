import assert from 'node:assert/strict';
import { ByteQueue } from '../../../../../src/api/http/bodies/bodyStreams';
import { startFlood, repeated } from '../../../../support/flood/flood';
import { assertStrain } from '../../../../support/strain';
import { clientOf, collect, refused, transportOf } from '../box';
import { never } from '../fakeTransport';

const nothing = (): void => undefined;
const eventStream =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const file =
  'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

/** One chunk of a body that is sent in chunks. */
function chunk(text: string): Buffer {
  return Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
}

describe('bounds of a streamed body', () => {
  it('counts small chunks as what they cost', () => {
    let pushed = 0;
    let pausedAt: number | undefined;
    const queue = new ByteQueue({ pause: () => (pausedAt = pushed), resume: nothing, cancel: nothing });
    for (; pushed < 20_000; pushed += 1) queue.push(Uint8Array.of(1));
    assert.ok(pausedAt !== undefined && pausedAt < 10_000, `${pausedAt} chunks wait`);
  });

  it('keeps nothing that was read, when the reader never catches up', async () => {
    const queue = new ByteQueue({ pause: nothing, resume: nothing, cancel: nothing });
    queue.push(new Uint8Array(1_000));
    await assertStrain('a queue', { mib: 64, turnMs: 200 }, async () => {
      for (let count = 0; count < 5_000; count += 1) {
        queue.push(new Uint8Array(64 * 1024));
        await queue.next();
      }
    });
    queue.discard();
  });

  it('lets other work run between chunks that wait', async () => {
    const queue = new ByteQueue({ pause: nothing, resume: nothing, cancel: nothing });
    for (let count = 0; count < 100; count += 1) queue.push(Uint8Array.of(1));
    queue.finish();
    let read = 0;
    let readBefore: number | undefined;
    setImmediate(() => setImmediate(() => (readBefore = read)));
    for await (const { length } of queue) {
      read += length;
      const until = performance.now() + 1;
      while (performance.now() < until);
    }
    assert.ok(readBefore !== undefined && readBefore < 90, `${readBefore} of ${read} came first`);
  });

  it('lets other work run between chunks that one turn brings to a reader that waits', async () => {
    let isHeld = false;
    const queue = new ByteQueue({
      pause: () => (isHeld = true),
      resume: () => (isHeld = false),
      cancel: nothing,
    });
    const read: number[] = [];
    const reading = (async () => {
      for await (const [value = 0] of queue) {
        read.push(value);
        const until = performance.now() + 2;
        while (performance.now() < until);
      }
    })();
    let readBefore: number | undefined;
    setImmediate(() => (readBefore = read.length));
    for (let count = 0; count < 60; count += 1) {
      queue.push(Uint8Array.of(count));
      // What the reader does with it, as after each callback of a socket; the turn goes on.
      for (let ticks = 0; ticks < 10; ticks += 1) await Promise.resolve();
    }
    const wasHeld = isHeld;
    queue.finish();
    await reading;
    assert.ok(readBefore !== undefined && readBefore < 30, `${readBefore} of 60 came first`);
    assert.deepEqual([wasHeld, isHeld], [true, false]);
    assert.deepEqual(
      read,
      Array.from({ length: 60 }, (_, index) => index),
    );
  });

  it('tells of a broken connection after what came before, also where that waits for its turn', async () => {
    const queue = new ByteQueue({ pause: nothing, resume: nothing, cancel: nothing });
    const read: number[] = [];
    const reading = (async () => {
      for await (const [value = 0] of queue) {
        read.push(value);
        const until = performance.now() + 15;
        while (performance.now() < until);
      }
    })();
    for (let count = 0; count < 3; count += 1) {
      queue.push(Uint8Array.of(count));
      for (let ticks = 0; ticks < 10; ticks += 1) await Promise.resolve();
    }
    queue.fail(new Error('broken'));
    await assert.rejects(reading, /broken/);
    assert.deepEqual(read, [0, 1, 2]);
  });

  describe('from a hostile server', function () {
    this.timeout(60_000);
    const transport = transportOf();
    after(() => transport.dispose());

    for (const [name, bytes] of Object.entries({
      'a stream of empty lines': Buffer.from('1000\r\n' + '\n'.repeat(4096) + '\r\n'),
      'an event of lines without end': chunk('data: {}\n'.repeat(400)),
      'a line without end, byte by byte': chunk('x'),
      'a line without end': chunk('data: x'.repeat(400)),
      'frames that say nothing': chunk('data: x\n\n'.repeat(400)),
      'lines of output without text': chunk('data: {"line":""}\n\n'.repeat(400)),
    }))
      it(`follows ${name}`, async () => {
        const server = await startFlood({ head: eventStream, repeated: repeated(bytes) });
        try {
          await assertStrain(name, { mib: 40, turnMs: 200 }, async () => {
            const stop = new AbortController();
            const { processes } = clientOf(transport, server.origin);
            setTimeout(() => stop.abort(), 1_000);
            const run = async (): Promise<void> => {
              for await (const { line } of processes.follow(1, 'output', stop.signal)) assert.equal(line, '');
            };
            await refused('cancelled', run());
          });
        } finally {
          server.stop();
        }
      });

    it('skips some interim answers, and gives up on a server that sends no other', async () => {
      const interim = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
      const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"healthy":true}');
      const some = await startFlood({
        repeated: interim.toString('base64'),
        times: 50,
        last: answer.toString('base64'),
      });
      const endless = await startFlood({ repeated: repeated(interim) });
      try {
        await clientOf(transport, some.origin).health(never);
        await assertStrain('interim answers', { mib: 16, turnMs: 200 }, async () => {
          const error = await refused('schema', clientOf(transport, endless.origin).health(never));
          assert.equal(error.code, 'TOO_MANY_INTERIM');
        });
      } finally {
        some.stop();
        endless.stop();
      }
    });

    it('reads a file that comes byte by byte', async () => {
      const server = await startFlood({ head: file, repeated: repeated(chunk('x')) });
      try {
        await assertStrain('a file', { mib: 40, turnMs: 200 }, async () => {
          const { files } = clientOf(transport, server.origin);
          const error = await refused('invalid', files.read('/x', never, 500_000));
          assert.equal(error.code, 'TOO_LARGE');
        });
      } finally {
        server.stop();
      }
    });

    it('runs a helper program whose output is empty lines without end', async () => {
      const lines = chunk('data: {"line":""}\n\n'.repeat(400));
      const server = await startFlood({
        head: eventStream,
        repeated: repeated(lines),
        times: 20,
        last: Buffer.concat([chunk('data: {"exit_code":0}\n\n'), Buffer.from('0\r\n\r\n')]).toString(
          'base64',
        ),
      });
      try {
        const { processes } = clientOf(transport, server.origin);
        const { stdout, isTruncated, exitCode } = await processes.runToEnd({ command: 'x' }, never, 1_000);
        assert.deepEqual([stdout, isTruncated, exitCode], ['\n'.repeat(1_000), true, 0]);
      } finally {
        server.stop();
      }
    });

    it('ends a follow only when the server does, however long it is', async () => {
      const total = 100_000;
      const server = await startFlood({
        head: eventStream,
        repeated: chunk('data: {"line":"y"}\n\n'.repeat(100)).toString('base64'),
        times: total / 100,
        last: Buffer.concat([chunk('event: eof\ndata: {}\n\n'), Buffer.from('0\r\n\r\n')]).toString('base64'),
      });
      try {
        const lines = await collect(clientOf(transport, server.origin).processes.follow(1, 'output', never));
        assert.equal(lines.length, total);
      } finally {
        server.stop();
      }
    });
  });
});
