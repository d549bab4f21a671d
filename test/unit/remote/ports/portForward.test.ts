import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer as createWebServer, request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { isNothingListening } from '../../../../src/api/data/tunnel';
import { PortForward } from '../../../../src/remote/ports/portForward';
import { PortForwards } from '../../../../src/remote/ports/portForwards';
import { closedPort } from '../../../support/servers/loopbackServer';
import { box } from '../../api/http/box';
import { waitFor } from '../../../support/waitFor';

class NothingListening extends Error {}

/** Stands for a port of a sandbox: a server that echoes what it receives, and adds `|end` at the end. */
async function echo(): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('data', chunk => socket.write(chunk));
    socket.on('end', () => socket.end('|end'));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function dial(port: number): Promise<Duplex> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function say(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(text);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

describe('PortForward', () => {
  let inside: Server;
  let forwards: PortForwards;
  let failure: Error | undefined;
  let tunnel: Duplex | undefined;

  beforeEach(async () => {
    inside = await echo();
    forwards = new PortForwards();
    failure = undefined;
    tunnel = undefined;
  });
  afterEach(() => {
    forwards.dispose();
    inside.close();
  });

  async function forward(localPort?: number): Promise<PortForward> {
    return await forwards.add(
      {
        sandboxId: 'sbx',
        remotePort: portOf(inside),
        open: () =>
          failure ? Promise.reject(failure) : tunnel ? Promise.resolve(tunnel) : dial(portOf(inside)),
        isNothingListening: error => error instanceof NothingListening,
      },
      localPort,
    );
  }

  it('carries bytes both ways, and keeps one direction open when the other ends', async () => {
    const { localPort } = await forward(0);
    assert.equal(await say(localPort, 'hello'), 'hello|end');
  });

  it('ends with the session, whose signal keeps nothing of one that was ended before', async () => {
    const session = new AbortController();
    const [first, second] = [await forward(0), await forward(0)];
    for (const opened of [first, second]) forwards.endWith(session.signal, opened);
    forwards.remove(first);
    assert.equal(getEventListeners(session.signal, 'abort').length, 1);
    session.abort();
    assert.deepEqual(forwards.list(), []);
    const late = await forward(0);
    forwards.endWith(session.signal, late);
    assert.deepEqual(forwards.list(), []);
  });

  it('uses the next free local port when the one of the sandbox is in use', async () => {
    const opened = await forward();
    const { localPort } = opened;
    assert.ok(localPort > portOf(inside) && localPort <= portOf(inside) + 20, String(localPort));
  });

  it('takes the same local port when it is free', async () => {
    const free = await closedPort();
    const opened = await forwards.add({
      sandboxId: 'sbx',
      remotePort: free,
      open: () => dial(portOf(inside)),
      isNothingListening: () => false,
    });
    assert.equal(opened.localPort, free);
  });

  it('fails when a requested local port is in use', async () => {
    await assert.rejects(forward(portOf(inside)), { code: 'EADDRINUSE' });
    assert.deepEqual(forwards.list(), []);
  });

  it('holds 200 connections at once, each with its own bytes', async () => {
    const { localPort } = await forward(0);
    const texts = Array.from({ length: 200 }, (_, index) => `${index}:`.repeat(5000));
    const heard = await Promise.all(texts.map(text => say(localPort, text)));
    assert.deepEqual(
      heard,
      texts.map(text => `${text}|end`),
    );
  });

  it('says that nothing listens, refuses the connection, and forwards once something listens', async () => {
    const opened = await forward(0);
    failure = new NothingListening();
    await assert.rejects(say(opened.localPort, 'x'), { code: 'ECONNRESET' });
    await waitFor('the trouble', () => opened.state.trouble?.kind === 'nothingListens');
    failure = undefined;
    assert.equal(await say(opened.localPort, 'x'), 'x|end');
    assert.equal(opened.state.trouble, undefined);
  });

  it('says why the way in failed, keeps its port, and forwards once the way is back', async () => {
    const opened = await forward(0);
    const { localPort } = opened;
    failure = new Error('Bad Gateway');
    await assert.rejects(say(localPort, 'x'), { code: 'ECONNRESET' });
    await waitFor('the trouble', () => opened.state.trouble?.kind === 'failed');
    assert.deepEqual(opened.state.trouble, { kind: 'failed', error: failure });
    failure = undefined;
    assert.equal(await say(localPort, 'x'), 'x|end');
    assert.deepEqual([opened.state.trouble, opened.localPort], [undefined, localPort]);
  });

  it('counts the open connections', async () => {
    const opened = await forward(0);
    const socket = await dial(opened.localPort);
    await waitFor('a connection', () => opened.state.connections === 1);
    socket.destroy();
    await waitFor('none', () => opened.state.connections === 0);
  });

  /** What a client gets to read, and how its connection ends. */
  async function fate(socket: Socket): Promise<{ readonly heard: number; readonly code?: string }> {
    let heard = 0;
    try {
      for await (const chunk of socket) heard += (chunk as Buffer).length;
      return { heard };
    } catch (error) {
      return { heard, code: (error as NodeJS.ErrnoException).code ?? '' };
    }
  }

  /** The inside end of a connection: what was written to it, and what it is to say. */
  class ScriptedTunnel extends Duplex {
    written = 0;
    isStuck = false;
    constructor() {
      super({ allowHalfOpen: true });
    }
    override _read(): void {
      // Pushed by the test.
    }
    override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
      this.written += chunk.length;
      if (!this.isStuck) done();
    }
  }

  it('never ends a connection in good order whose tunnel broke', async () => {
    const scripted = new ScriptedTunnel();
    tunnel = scripted;
    const socket = connect({ port: (await forward(0)).localPort, host: '127.0.0.1', allowHalfOpen: true });
    scripted.push('x'.repeat(1000));
    await once(socket, 'readable');
    const end = fate(socket);
    scripted.destroy(new Error('The tunnel broke'));
    assert.equal((await end).code, 'ECONNRESET');
  });

  it('nor one whose bytes the sandbox did not take before it closed', async () => {
    const scripted = new ScriptedTunnel();
    scripted.isStuck = true;
    tunnel = scripted;
    const socket = connect({ port: (await forward(0)).localPort, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(Buffer.alloc(1024 * 1024));
    await waitFor('some of it to arrive', () => scripted.written > 0);
    const end = fate(socket);
    scripted.push(null);
    scripted.end();
    assert.equal((await end).code, 'ECONNRESET');
  });

  it('delivers all that was said before the end to a client that reads slowly', async () => {
    const scripted = new ScriptedTunnel();
    tunnel = scripted;
    const socket = connect({ port: (await forward(0)).localPort, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.pause();
    for (let at = 0; at < 64; at += 1) scripted.push(Buffer.alloc(256 * 1024));
    scripted.push(null);
    scripted.end();
    assert.deepEqual(await fate(socket), { heard: 64 * 256 * 1024 });
  });

  it('tells the sandbox of a client that went away without reading', async () => {
    const scripted = new ScriptedTunnel();
    tunnel = scripted;
    const opened = await forward(0);
    const socket = connect({ port: opened.localPort, host: '127.0.0.1' });
    await once(socket, 'connect');
    await waitFor('the connection', () => opened.state.connections === 1);
    socket.resetAndDestroy();
    await waitFor('the tunnel to go', () => scripted.destroyed);
    await waitFor('none', () => opened.state.connections === 0);
  });

  it('ends its connections and frees the port when it is closed', async () => {
    const opened = await forward(0);
    const { localPort } = opened;
    const socket = await dial(localPort);
    socket.on('error', () => undefined);
    await waitFor('a connection', () => opened.state.connections === 1);
    forwards.remove(opened);
    await new Promise(resolve => socket.once('close', resolve));
    await assert.rejects(say(localPort, 'x'), { code: 'ECONNREFUSED' });
    assert.deepEqual(forwards.list(), []);
  });
});

describe('PortForward into a sandbox', () => {
  const the = box();
  const body = 'x'.repeat(20_000);

  it('connects 200 clients to a web server in the sandbox, over as many tunnels', async () => {
    const web = createWebServer((request, response) => response.end(`${request.url ?? ''}${body}`));
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const remotePort = portOf(web);
    const forward = await PortForward.start(
      {
        sandboxId: 'sbx',
        remotePort,
        open: signal => the().client.tunnel(remotePort, signal),
        isNothingListening,
      },
      0,
    );
    try {
      const paths = Array.from({ length: 200 }, (_, index) => `/${index}`);
      const answers = await Promise.all(paths.map(path => fetchText(forward.localPort, path)));
      assert.deepEqual(
        answers,
        paths.map(path => path + body),
      );
    } finally {
      forward.dispose();
      web.close();
    }
  });
});

async function fetchText(port: number, path: string): Promise<string> {
  const asked = request({ port, host: '127.0.0.1', path, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}
