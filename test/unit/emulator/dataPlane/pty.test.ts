import assert from 'node:assert/strict';
import { once } from 'node:events';
import { z } from 'zod';
import { eventually, inBox, type Box } from './harness';
import { createPty, ptyPath, Viewer, type PtyHandle } from './ptyViewer';

const sessionShape = z.strictObject({
  session_id: z.string(),
  pid: z.number(),
  command: z.string(),
  args: z.array(z.string()),
  rows: z.number(),
  cols: z.number(),
  created_at: z.number(),
  ended_at: z.number().nullable(),
  exit_code: z.number().nullable(),
  is_alive: z.boolean(),
});

const closeShape = z.tuple([z.number(), z.instanceof(Buffer).transform(String)]);

async function sessions(box: Box) {
  const answer = await box.json(200, 'GET', '/api/v1/pty');
  return z.strictObject({ sessions: z.array(sessionShape) }).parse(answer).sessions;
}

async function info(box: Box, { session_id }: PtyHandle) {
  return sessionShape.parse(await box.json(200, 'GET', `/api/v1/pty/${session_id}`));
}

describe('data plane: terminals', () => {
  it(
    'are real, with the requested size, in the home directory',
    inBox(async box => {
      const pty = await createPty(box, 'tty; stty size; pwd; echo $TERM; cat', { rows: 30, cols: 100 });
      const viewer = await Viewer.attach(box, pty);
      const text = await viewer.until('xterm-256color');
      assert.match(text, /\/dev\/pts\/\d+\r\n30 100\r\n\/home\/tl-user\r\nxterm-256color/);
      viewer.type('grüße\r');
      await viewer.until('grüße\r\ngrüße\r\n');
      const listed = await info(box, pty);
      assert.deepEqual([listed.rows, listed.cols, listed.is_alive, listed.exit_code], [30, 100, true, null]);
      assert.deepEqual(await sessions(box), [listed]);
    }),
  );

  it(
    'are resized over the socket with columns first, over HTTP by name, within limits',
    inBox(async box => {
      const pty = await createPty(box, 'while read x; do stty size; done');
      const viewer = await Viewer.attach(box, pty);
      viewer.socket.send(Buffer.from('0100780028', 'hex'));
      viewer.type('\r');
      await viewer.until('40 120');
      await box.json(204, 'POST', `/api/v1/pty/${pty.session_id}/resize`, { rows: 9_999, cols: 0 });
      viewer.type('\r');
      await viewer.until('500 1');
      assert.deepEqual([(await info(box, pty)).rows, (await info(box, pty)).cols], [500, 1]);
      await box.code(400, 'POST', `/api/v1/pty/${pty.session_id}/resize`, { rows: 'x' });
      viewer.socket.send('text is ignored');
      viewer.socket.send(Buffer.of());
      viewer.socket.send(Buffer.of(9, 9));
      viewer.socket.send(Buffer.of(1, 0));
      viewer.type('\r');
      await viewer.until('500 1\r\n\r\n500 1');
    }),
  );

  it(
    'report the end in a frame and in the close reason',
    inBox(async box => {
      const viewer = await Viewer.attach(box, await createPty(box, 'read x; exit 7'));
      viewer.type('\r');
      assert.deepEqual(await viewer.closed(), [1000, 'exit:7']);
      assert.deepEqual(viewer.frames.at(-1), Buffer.from('0300000007', 'hex'));
    }),
  );

  it(
    'send nothing before READY, then all output, and replay it to later clients',
    inBox(async box => {
      const pty = await createPty(box, 'echo early; read x; echo late; cat');
      const first = await Viewer.attach(box, pty);
      await first.until('early');
      const second = await Viewer.attach(box, pty, false);
      first.type('\r');
      await first.until('late');
      assert.equal(second.frames.length, 0);
      second.ready();
      assert.equal(await second.until('late'), first.text);
      second.type('shared\r');
      await first.until('shared\r\nshared');
      first.socket.close();
      await first.closed();
      const third = await Viewer.attach(box, pty);
      assert.match(await third.until('shared\r\nshared'), /^early/);
      assert.ok(third.frames.length <= 2);
    }),
  );

  it(
    'replay the last MiB, in frames of at most 64 KiB',
    inBox(async box => {
      const pty = await createPty(box, 'stty -opost; seq 1 400000; echo end; cat');
      await (await Viewer.attach(box, pty)).until('\nend\n');
      const viewer = await Viewer.attach(box, pty);
      await viewer.until('\nend\n');
      assert.equal(viewer.output.length, 1024 * 1024);
      assert.match(viewer.text, /\n399999\n400000\nend\n$/);
      assert.ok(viewer.frames.every(frame => frame.length <= 64 * 1024));
    }),
  );

  it(
    'lose no output of a burst',
    inBox(async box => {
      const pty = await createPty(box, 'stty -opost -echo; read x; seq 1 1500000; echo end');
      const viewer = await Viewer.attach(box, pty);
      let bytes = 0;
      viewer.socket.removeAllListeners('message');
      viewer.socket.on('message', (data: Buffer) => (bytes += data[0] === 0 ? data.length - 1 : 0));
      viewer.type('\r');
      assert.deepEqual(await viewer.closed(), [1000, 'exit:0']);
      const expected = Array.from({ length: 7 }, (_, digits) => {
        const from = 10 ** digits;
        return (Math.min(10 ** (digits + 1), 1_500_001) - from) * (digits + 2);
      }).reduce((sum, part) => sum + part, 'end\n'.length);
      assert.ok(bytes >= expected && bytes <= expected + 4, `${bytes} of ${expected}`);
    }),
  );

  it(
    'check both tokens before the handshake',
    inBox(async box => {
      const pty = await createPty(box, 'cat');
      const path = ptyPath(pty);
      assert.deepEqual(await box.refusedSocket(path), [403, 'INVALID_TOKEN']);
      assert.deepEqual(await box.refusedSocket(path, { 'x-pty-token': 'f'.repeat(64) }), [
        403,
        'INVALID_TOKEN',
      ]);
      assert.deepEqual(await box.refusedSocket(`${path}?token=short`), [403, 'INVALID_TOKEN']);
      assert.deepEqual(
        await box.refusedSocket(path, { 'x-pty-token': pty.token, authorization: 'Bearer wrong' }),
        [401, undefined],
      );
      assert.deepEqual(await box.refusedSocket('/api/v1/pty/nobody/ws'), [404, 'SESSION_NOT_FOUND']);
      (await box.opened(`${path}?token=${pty.token}`)).close();
      assert.equal(await box.code(404, 'GET', '/api/v1/pty/nobody'), 'NOT_FOUND');
      assert.equal(await box.code(404, 'DELETE', '/api/v1/pty/nobody'), 'NOT_FOUND');
      await box.code(500, 'POST', '/api/v1/pty', { command: 'no-such-program' });
    }),
  );

  it(
    'answer like the daemon of March 2026 with the switch',
    inBox(
      async box => {
        const pty = await createPty(box, 'cat');
        assert.deepEqual(await box.refusedSocket('/api/v1/pty/nobody/ws'), [403, 'INVALID_TOKEN']);
        const path = ptyPath(pty);
        assert.deepEqual(await box.refusedSocket(path, { 'x-pty-token': pty.token }), [403, 'INVALID_TOKEN']);
        (await box.opened(`${path}?token=${pty.token}`)).close();
      },
      { dialect: { ptyToken: 'query', unknownPty: '403' } },
    ),
  );

  it(
    'close with 1001 when they are killed, and are listed until 5 s later, alive while they ignore the hang-up',
    inBox(async box => {
      const pty = await createPty(box, 'trap "" HUP; echo up; while :; do sleep 0.05; done');
      const path = `/api/v1/pty/${pty.session_id}`;
      const viewer = await Viewer.attach(box, pty);
      await viewer.until('up');
      const { pid } = await info(box, pty);
      await box.json(204, 'DELETE', path);
      assert.deepEqual(await viewer.closed(), [1001, 'session terminated']);
      const late = await Viewer.attach(box, pty);
      await late.until('up');
      box.client.clock.advance(4_999);
      assert.equal((await info(box, pty)).is_alive, true);
      await box.json(204, 'DELETE', path);
      box.client.clock.advance(1);
      assert.deepEqual(await late.closed(), [1001, 'session terminated']);
      assert.equal(await box.code(404, 'GET', path), 'NOT_FOUND');
      assert.equal(await box.code(404, 'DELETE', path), 'NOT_FOUND');
      assert.deepEqual(await sessions(box), []);
      await eventually(
        () => exists(pid),
        alive => !alive,
      );
    }),
  );

  it(
    'are listed as ended for 5 s when they end on a kill',
    inBox(async box => {
      const pty = await createPty(box, 'exec cat');
      const path = `/api/v1/pty/${pty.session_id}`;
      await box.json(204, 'DELETE', path);
      const ended = await eventually(
        () => info(box, pty),
        ({ is_alive }) => !is_alive,
      );
      assert.equal(typeof ended.ended_at, 'number');
      box.client.clock.advance(4_999);
      assert.deepEqual(await sessions(box), [ended]);
      box.client.clock.advance(1);
      assert.deepEqual(await sessions(box), []);
      await box.code(404, 'GET', path);
    }),
  );

  it(
    'stay listed for 60 s after they end by themselves, killed or not',
    inBox(async box => {
      const pty = await createPty(box, 'exit 2');
      await eventually(
        () => info(box, pty),
        ({ is_alive }) => !is_alive,
      );
      await box.json(204, 'DELETE', `/api/v1/pty/${pty.session_id}`);
      box.client.clock.advance(55_000);
      assert.equal((await info(box, pty)).exit_code, 2);
      box.client.clock.advance(5_000);
      assert.deepEqual(await sessions(box), []);
    }),
  );

  it(
    'close with 1008 for a client that never sends READY, and for one that floods',
    inBox(async box => {
      const pty = await createPty(box, 'stty -echo; read x; seq 1 400000; cat > /dev/null');
      const idle = await Viewer.attach(box, pty, false);
      const other = await Viewer.attach(box, pty);
      other.type('\r');
      assert.deepEqual(await idle.closed(), [1008, 'pre-ready buffer overflow']);
      for (let sent = 0; sent <= 1024 * 1024; sent += 60_000) other.type('x'.repeat(59_999));
      assert.deepEqual(await other.closed(), [1008, 'input rate limit exceeded']);
    }),
  );

  it(
    'close with 1008 for a client that does not read',
    inBox(async box => {
      const pty = await createPty(box, 'stty -echo; read x; seq 1 2500000; sleep 0.4; echo late; cat');
      const path = `${ptyPath(pty)}?token=${pty.token}`;
      const [slow, reader] = [await box.opened(path), await box.opened(path)];
      const closed = once(slow, 'close');
      slow.send(Buffer.of(2));
      slow.pause();
      reader.send(Buffer.of(2));
      reader.send(Buffer.from('\0\r'));
      await new Promise<void>(resolve => {
        reader.on('message', (data: Buffer) => {
          if (data.includes('late')) resolve();
        });
      });
      slow.resume();
      const [code, reason] = closeShape.parse(await closed);
      assert.equal(code, 1008);
      assert.match(reason, /^output lagged by \d+ messages$/);
    }),
  ).timeout(20_000);

  it(
    'ping every 30 s and drop a client that shows no sign of life',
    inBox(async box => {
      const pty = await createPty(box, 'cat');
      const lively = await Viewer.attach(box, pty);
      const dead = box.socket(ptyPath(pty), { 'x-pty-token': pty.token });
      dead.on('error', () => undefined);
      await once(dead, 'open');
      Object.defineProperty(dead, 'pong', { value: () => undefined });
      box.client.clock.advance(30_000);
      await once(lively.socket, 'ping');
      lively.type('x\r');
      await lively.until('x\r\nx');
      const gone = once(dead, 'close');
      box.client.clock.advance(30_000);
      const [code] = closeShape.parse(await gone);
      assert.equal(code, 1006);
      assert.equal(lively.socket.readyState, lively.socket.OPEN);
    }),
  );

  it(
    'are removed after 300 s without a client, and 60 s after their end',
    inBox(async box => {
      const { clock } = box.client;
      const [alone, seen, over] = [
        await createPty(box, 'cat'),
        await createPty(box, 'cat'),
        await createPty(box, 'exit 2'),
      ];
      const viewer = await Viewer.attach(box, seen);
      await eventually(
        () => info(box, over),
        ({ is_alive }) => !is_alive,
      );
      assert.equal((await info(box, over)).exit_code, 2);
      const late = await Viewer.attach(box, over);
      assert.deepEqual(await late.closed(), [1000, 'exit:2']);
      // In small steps, so that the pings are answered.
      let rounds = 0;
      const pass = async (seconds: number): Promise<void> => {
        for (let left = seconds; left > 0; left -= 20) {
          clock.advance(Math.min(left, 20) * 1_000);
          viewer.type('x\r');
          await viewer.until('x\r\nx\r\n'.repeat((rounds += 1)));
        }
      };
      await pass(60);
      await box.code(404, 'GET', `/api/v1/pty/${over.session_id}`);
      const { pid } = await info(box, alone);
      await pass(235);
      await info(box, alone);
      await pass(5);
      await box.code(404, 'GET', `/api/v1/pty/${alone.session_id}`);
      await eventually(
        () => exists(pid),
        alive => !alive,
      );
      await info(box, seen);
    }),
  );

  it(
    'are limited to 64, including those that were just killed',
    inBox(async box => {
      const all = await Promise.all(Array.from({ length: 64 }, () => createPty(box, 'cat')));
      assert.equal(await box.code(429, 'POST', '/api/v1/pty', { command: 'cat' }), 'TOO_MANY_SESSIONS');
      await box.json(204, 'DELETE', `/api/v1/pty/${all[0]?.session_id ?? ''}`);
      assert.equal(await box.code(429, 'POST', '/api/v1/pty', { command: 'cat' }), 'TOO_MANY_SESSIONS');
      box.client.clock.advance(5_000);
      await createPty(box, 'cat');
    }),
  );
});

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
