import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { commands, env, Uri } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn, signOut } from '../support/session';
import { onWebsite, servedByWebsite } from '../support/website';

/** A web server for the sandbox, in a language that is installed wherever the suite runs. */
const serverProgram = `
  const body = 'x'.repeat(20000);
  require('node:http').createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(request.url + body));
  }).listen(Number(process.argv[1]), '127.0.0.1');
`;

/** Sends a GET over a plain socket: VS Code's own HTTP client would use its proxy settings. */
async function get(port: number, path: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('No answer');
  return text.slice(end + 4);
}

/** Whether nothing listens on a port of this machine. */
async function isClosed(port: number): Promise<boolean> {
  try {
    await get(port, '/');
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  }
}

describe('ports', () => {
  let sandboxId = '';
  const remotePort = 20_000 + (process.pid % 20_000);
  let localPort = 0;

  before(async () => {
    await signIn();
    const { id } = await emulator.create({ name: 'host-ports', timeout_secs: 3600 });
    sandboxId = id;
    await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
  });

  async function forward(): Promise<number> {
    const result: unknown = await commands.executeCommand(
      commandIds.forwardPort,
      sandboxId,
      undefined,
      remotePort,
    );
    assert.ok(typeof result === 'number' && result > 0);
    return result;
  }

  it('refuse callers while nothing listens inside', async () => {
    localPort = await forward();
    await assert.rejects(get(localPort, '/'));
  });

  it('reach a server inside, over a forward that was there before it', async () => {
    await emulator.inside(sandboxId, 'POST', '/processes', {
      command: 'node',
      args: ['-e', serverProgram, String(remotePort)],
    });
    await waitFor('an answer', async () => {
      try {
        return (await get(localPort, '/hello')).startsWith('/hello');
      } catch {
        return false;
      }
    });
  });

  it('are forwarded once, however often it is asked for', async () => {
    assert.equal(await forward(), localPort);
  });

  it('carry 200 connections at once without mixing them up, and ask the control plane once at most', async () => {
    const stateRequests = async (): Promise<number> =>
      (await emulator.counters()).routes['GET /sandboxes/{id}'] ?? 0;
    const before = await stateRequests();
    const paths = Array.from({ length: 200 }, (_, index) => `/${index}`);
    const answers = await Promise.all(paths.map(path => get(localPort, path)));
    for (const [index, answer] of answers.entries()) {
      assert.equal(answer.length, `/${index}`.length + 20_000);
      assert.ok(answer.startsWith(`/${index}x`));
    }
    assert.ok((await stateRequests()) <= before + 1);
  });

  it('have an address to copy', async () => {
    await commands.executeCommand(commandIds.copyPortUrl, {
      kind: 'child',
      sandboxId,
      forward: { localPort },
    });
    const address = await env.asExternalUri(Uri.parse(`http://127.0.0.1:${localPort}/`));
    assert.equal(await env.clipboard.readText(), address.toString(true));
  });

  it('are copied as the browser of the user reaches them', async () => {
    await servedByWebsite(async () => {
      const node = { kind: 'child', sandboxId, forward: { localPort } };
      await commands.executeCommand(commandIds.copyPortUrl, node);
    });
    assert.equal(await env.clipboard.readText(), onWebsite(localPort));
  });

  it('do not wake a sandbox that was suspended meanwhile', async () => {
    await commands.executeCommand(commandIds.suspend, sandboxId);
    assert.equal((await emulator.get(sandboxId)).status, 'suspended');
    await assert.rejects(get(localPort, '/'));
    assert.equal((await emulator.get(sandboxId)).status, 'suspended');
    await commands.executeCommand(commandIds.resume, sandboxId);
    assert.ok((await get(localPort, '/again')).startsWith('/again'));
  });

  for (const [what, fault] of [
    ['answers 502', { fault: '502' }],
    ['answers 503', { fault: '503' }],
    ['resets connections', { fault: 'drop-before' }],
  ] as const)
    it(`stay while the way to the sandbox ${what}, and work again after it`, async () => {
      await emulator.addFault({ ...fault, plane: 'proxy', route: '/api/v1/tunnels/tcp' });
      await assert.rejects(get(localPort, '/'));
      assert.equal(await forward(), localPort);
      await emulator.clearFaults();
      assert.ok((await get(localPort, '/back')).startsWith('/back'));
    });

  it('go on after one tunnel was refused as if there were none: a sandbox says nothing of the others, nor of later', async () => {
    const missing = { fault: 'plain-text', status: 404, text: '', plane: 'proxy' };
    await emulator.addFault({ ...missing, route: '/api/v1/tunnels/tcp' });
    await assert.rejects(get(localPort, '/'));
    await emulator.clearFaults();
    assert.ok((await get(localPort, '/offered')).startsWith('/offered'));
    const told = await messagesOf(() =>
      commands.executeCommand(commandIds.forwardPort, sandboxId, undefined, remotePort),
    );
    assert.deepEqual(
      told.filter(text => text.includes('does not offer')),
      [],
    );
  });

  it('end with the session', async () => {
    await signOut();
    await waitFor('the port to be closed', async () => await isClosed(localPort));
    await signIn();
    localPort = await forward();
  });

  it('end with the sandbox', async () => {
    await emulator.delete(sandboxId);
    await commands.executeCommand(commandIds.refresh);
    await waitFor('the port to be closed', async () => await isClosed(localPort));
  });
});
