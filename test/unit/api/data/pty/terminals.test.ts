import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { SandboxClient } from '../../../../../src/api/data/sandboxClient';
import { OutputRoom } from '../../../../../src/api/data/pty/outputRoom';
import type { PtyConnection } from '../../../../../src/api/data/pty/pty';
import type { PtyOptions } from '../../../../../src/api/data/pty/pty';
import { readTerminals } from '../../../../../src/api/data/pty/terminalSchema';
import { deferred } from '../../../../../src/core/kernel/async';
import type { TerminalEnd, TerminalTicket } from '../../../../../src/core/terminal/terminalSession';
import { LoopbackServer } from '../../../../support/servers/loopbackServer';
import { closeFrame, serverFrame, startRawWebSocket } from '../../../../support/servers/rawWebSocket';
import { waitFor } from '../../../../support/waitFor';
import { never } from '../../http/fakeTransport';
import { box, clientOf, refused, text, transportOf } from '../../http/box';

/** A connection to a terminal that records the output. */
class Viewer {
  readonly chunks: Uint8Array[] = [];
  bytes = 0;
  private readonly ending = deferred<TerminalEnd>();
  readonly ended = this.ending.promise;
  private connection: PtyConnection | undefined;
  onOutput: () => void = () => undefined;

  static async attach(client: SandboxClient, ticket: TerminalTicket, options?: PtyOptions): Promise<Viewer> {
    const viewer = new Viewer();
    viewer.connection = await client.terminals.attach(
      ticket,
      {
        output: bytes => {
          viewer.chunks.push(bytes);
          viewer.bytes += bytes.length;
          viewer.onOutput();
        },
        ended: end => viewer.ending.resolve(end),
      },
      never,
      options,
    );
    return viewer;
  }

  get pty(): PtyConnection {
    assert.ok(this.connection);
    return this.connection;
  }

  get text(): string {
    return text(Buffer.concat(this.chunks));
  }

  async shows(wanted: string): Promise<void> {
    await waitFor(`"${wanted}" on the screen`, () => this.text.includes(wanted));
  }
}

describe('SandboxTerminals', () => {
  const the = box();
  /** A shell that shows no prompt and echoes nothing. */
  const quiet = {
    command: 'sh',
    args: ['-c', 'stty -echo; exec sh'],
    env: { PS1: '', TERM: 'xterm-256color' },
  };

  it('types, resizes, and ends with the exit code', async () => {
    const { client } = the();
    const ticket = await client.terminals.create({ ...quiet, rows: 30, cols: 100 }, never);
    const viewer = await Viewer.attach(client, ticket);
    viewer.pty.write('stty size; echo "ünï €"\n');
    await viewer.shows('30 100\r\nünï €');
    viewer.pty.resize({ rows: 44, cols: 120 });
    viewer.pty.write('stty size\n');
    await viewer.shows('44 120');
    const { isAlive, rows, cols, command } = await client.terminals.get(ticket.sessionId, never);
    assert.deepEqual([isAlive, rows, cols, command], [true, 44, 120, 'sh']);
    await client.terminals.resize(ticket.sessionId, { rows: 20, cols: 50 }, never);
    viewer.pty.write('stty size; exit 7\n');
    assert.deepEqual(await viewer.ended, { kind: 'exited', exitCode: 7 });
    assert.match(viewer.text, /20 50/);
    viewer.pty.write('nobody is there\n');
  });

  it('reads the exit of older servers from the close reason', async () => {
    const { client, emulator } = the();
    const { id } = emulator.faults.add({ fault: 'legacy-pty-exit' });
    try {
      const ticket = await client.terminals.create({ command: 'sh', args: ['-c', 'exit 9'] }, never);
      assert.deepEqual(await (await Viewer.attach(client, ticket)).ended, { kind: 'exited', exitCode: 9 });
    } finally {
      emulator.faults.remove(id);
    }
  });

  it('detaches, attaches again with the replay, and recognizes a killed terminal', async () => {
    const { client } = the();
    const ticket = await client.terminals.create(quiet, never);
    const first = await Viewer.attach(client, ticket);
    first.pty.write('echo remembered\n');
    await first.shows('remembered');
    first.pty.close();
    assert.deepEqual(await first.ended, { kind: 'detached' });
    const second = await Viewer.attach(client, ticket);
    await second.shows('remembered');
    assert.ok(
      (await client.terminals.list(never)).entries.some(
        ({ id, isAlive }) => id === ticket.sessionId && isAlive,
      ),
    );
    assert.equal(await client.terminals.kill(ticket.sessionId, never), 'killed');
    assert.deepEqual(await second.ended, { kind: 'killed' });
    const third = await Viewer.attach(client, await client.terminals.create(quiet, never));
    third.pty.dispose();
    assert.deepEqual(await third.ended, { kind: 'detached' });
  });

  it('reports a missing terminal, for every code of the server', async () => {
    const { client } = the();
    const ticket = await client.terminals.create(quiet, never);
    const nobody = { output: () => undefined, ended: () => undefined };
    for (const wrong of [
      { ...ticket, token: '0'.repeat(64) },
      { sessionId: 'no-such', token: ticket.token },
    ]) {
      await refused('notFound', client.terminals.attach(wrong, nobody, never));
    }
    await refused('notFound', client.terminals.get('no-such', never));
    assert.equal(await client.terminals.find('no-such', never), undefined);
    await refused('invalid', client.terminals.get('..', never));
    assert.equal(await client.terminals.kill('no-such', never), 'gone');
    await client.terminals.kill(ticket.sessionId, never);
  });

  it('pastes more than a second may take, in order and without a refusal', async () => {
    const { client } = the();
    const ticket = await client.terminals.create(
      { command: 'sh', args: ['-c', 'stty raw -echo; echo ready; head -c 2500000 | sha256sum; exit 0'] },
      never,
    );
    const viewer = await Viewer.attach(client, ticket);
    await viewer.shows('ready');
    const paste = Buffer.alloc(2_500_000, 'paste ünï ');
    viewer.pty.write(paste);
    assert.deepEqual(await viewer.ended, { kind: 'exited', exitCode: 0 });
    assert.match(viewer.text, new RegExp(createHash('sha256').update(paste).digest('hex')));
  });

  it('loses no byte of a burst when the reader pauses', async () => {
    const { client } = the();
    const total = 20_000_000;
    const script = `stty raw -echo; printf R; read x; head -c ${total} /dev/zero | tr '\\\\0' z; exit 0`;
    const ticket = await client.terminals.create({ command: 'sh', args: ['-c', script] }, never);
    const viewer = await Viewer.attach(client, ticket, { room: new OutputRoom({ each: 24_000_000 }) });
    let pauses = 0;
    await viewer.shows('R');
    viewer.onOutput = () => {
      if (viewer.bytes < pauses * 1_000_000) return;
      pauses += 1;
      viewer.pty.pause();
      setTimeout(() => viewer.pty.resume(), 5);
    };
    viewer.pty.write('go\n');
    assert.deepEqual(await viewer.ended, { kind: 'exited', exitCode: 0 });
    assert.ok(pauses >= 20);
    assert.equal(viewer.bytes, total + 'R'.length);
  });

  it('distinguishes a broken connection from an end, and can attach again', async () => {
    const { client, sandboxes, emulator, sandbox } = the();
    const ticket = await client.terminals.create(quiet, never);
    const viewer = await Viewer.attach(client, ticket);
    viewer.pty.write('echo here\n');
    await viewer.shows('here');
    // A suspension cuts connections without a close frame.
    await sandboxes.suspend(sandbox.id, never);
    assert.equal((await viewer.ended).kind, 'lost');
    const again = await waitFor('the sandbox to be woken', async () => {
      try {
        return await Viewer.attach(client, ticket);
      } catch {
        return undefined;
      }
    });
    await again.shows('here');
    again.pty.write('echo there\n');
    await again.shows('there');
    await client.terminals.kill(ticket.sessionId, never);
    assert.deepEqual(await again.ended, { kind: 'killed' });
    for (const { path } of emulator.requests()) assert.ok(!path.includes(ticket.token), path);
  });

  it('reports the 65th terminal as a quota error', async () => {
    const { client } = the();
    const sessions: TerminalTicket[] = [];
    const error = await refused(
      'quota',
      (async () => {
        for (;;) sessions.push(await client.terminals.create({ command: 'cat' }, never));
      })(),
    );
    assert.equal(error.code, 'TOO_MANY_SESSIONS');
    await Promise.all(sessions.map(({ sessionId }) => client.terminals.kill(sessionId, never)));
  });
});

describe('SandboxTerminals on a server that reads the token from the query only', () => {
  const the = box({ dialect: { ptyToken: 'query', unknownPty: '403' } });

  it('attaches, and logs no token', async () => {
    const { client, log } = the();
    const ticket = await client.terminals.create({ command: 'cat' }, never);
    const viewer = await Viewer.attach(client, ticket);
    viewer.pty.write('hello\n');
    await viewer.shows('hello');
    viewer.pty.close();
    await viewer.ended;
    await refused(
      'notFound',
      client.terminals.attach(
        { ...ticket, token: '1'.repeat(64) },
        { output: () => undefined, ended: () => undefined },
        never,
      ),
    );
    for (const line of log.lines) assert.ok(!line.includes(ticket.token), line);
  });
});

describe('SandboxTerminals on a hostile server', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  async function endOf(...frames: readonly Buffer[]): Promise<TerminalEnd> {
    const server = await startRawWebSocket(socket => socket.resume().write(Buffer.concat(frames)));
    try {
      const client = clientOf(transport, server.origin);
      return await (
        await Viewer.attach(client, { sessionId: 'x', token: 'y' })
      ).ended;
    } finally {
      await server.stop();
    }
  }

  it('shows neither the token nor the key that a server sends back', async () => {
    const token = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
    const key = 'tl_apiKey_0123456789abcdefghijklmnopqrstuv';
    const data = (text: string): Buffer => serverFrame(2, Buffer.from(`\0${text}`));
    const halfway = token.length - 20;
    const server = await startRawWebSocket(socket =>
      socket
        .resume()
        .write(
          Buffer.concat([
            data(`\x1b]633;E;echo ${token}\x07 ${key} ${token.slice(0, halfway)}`),
            data(`${token.slice(halfway)} ${Buffer.from(token).toString('base64')}`),
            closeFrame(1011, `no ${token} for ${key}`),
          ]),
        ),
    );
    try {
      const client = clientOf(transport, server.origin, { credential: () => key });
      const viewer = await Viewer.attach(client, { sessionId: 'x', token });
      assert.deepEqual(await viewer.ended, { kind: 'lost', reason: 'no [redacted] for [redacted]' });
      const stars = (length: number): string => '*'.repeat(length);
      assert.equal(
        viewer.text,
        `\x1b]633;E;echo ${stars(64)}\x07 ${stars(key.length)} ${stars(64)} ${stars(88)}`,
      );
    } finally {
      await server.stop();
    }
  });

  it('reads no more terminals than any sandbox can have, and tells that there are more', () => {
    const sessions = Array.from({ length: 5_000 }, (_, number) => ({ session_id: `s${number}` }));
    const { entries, isCut } = readTerminals({ sessions });
    assert.deepEqual([entries.length, isCut], [1_000, true]);
    assert.equal(readTerminals({ sessions: sessions.slice(0, 1_000) }).isCut, false);
  });

  it('redacts a token in lists and errors, and rejects one that equals the id of its terminal', async () => {
    const token = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
    let isFirst = true;
    const server = await LoopbackServer.start(({ method, url }, response) => {
      if (method === 'POST') {
        response.end(JSON.stringify({ session_id: isFirst ? 'x' : `s-${token}`, token }));
        isFirst = false;
      } else if (url.endsWith('/pty'))
        response.end(JSON.stringify({ sessions: [{ session_id: 'x', command: token, args: [token] }] }));
      else response.writeHead(400).end(JSON.stringify({ message: `bad ${token.slice(32)}`, code: 'NO' }));
    });
    try {
      const { terminals } = clientOf(transport, server.origin);
      await terminals.create({ command: 'sh' }, never);
      const [session] = (await terminals.list(never)).entries;
      assert.deepEqual([session?.command, session?.args], ['[redacted]', ['[redacted]']]);
      assert.equal((await refused('invalid', terminals.get('x', never))).message, 'bad [redacted]');
      await refused('schema', terminals.create({ command: 'sh' }, never));
    } finally {
      await server.stop();
    }
  });

  it('knows every way in which a terminal ends', async () => {
    const exit = serverFrame(2, Buffer.of(3, 0, 0, 0, 5));
    const unknown = serverFrame(2, Buffer.of(3, 255, 255, 255, 255));
    const noise = [
      serverFrame(2, Buffer.alloc(0)),
      serverFrame(2, Buffer.of(9, 1)),
      serverFrame(1, Buffer.of(3)),
    ];
    const ends: readonly (readonly [readonly Buffer[], TerminalEnd])[] = [
      [[...noise, exit, closeFrame(1000, 'exit:5')], { kind: 'exited', exitCode: 5 }],
      [[exit], { kind: 'exited', exitCode: 5 }],
      [[unknown, closeFrame(1000, 'exit:-1')], { kind: 'exited' }],
      [[closeFrame(1000, 'exit:-1')], { kind: 'exited' }],
      [[closeFrame(1001, 'session terminated')], { kind: 'killed' }],
      [[closeFrame(1001, '')], { kind: 'lost', reason: 'WebSocket 1001' }],
      [[closeFrame(1008, 'output lagged by 4096 messages')], { kind: 'lagged' }],
      [[closeFrame(1008, 'pre-ready buffer overflow')], { kind: 'lagged' }],
      [[closeFrame(1008, 'input rate limit exceeded')], { kind: 'flooded' }],
      [[closeFrame(1011, 'boom')], { kind: 'lost', reason: 'boom' }],
    ];
    for (const [frames, end] of ends) assert.deepEqual(await endOf(...frames), end);
  });
});
