import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import { sandboxAddress } from '../../../../src/api/data/sandboxAddress';
import type { TerminalEnd } from '../../../../src/core/terminal/terminalSession';
import { waitFor } from '../../../support/waitFor';
import { endpointAt, never } from '../http/fakeTransport';
import { box, collect, refused } from '../http/box';

const seq = { command: 'seq', args: ['1', '1000'] };
const numbers = Array.from({ length: 1_000 }, (_, at) => String(at + 1));

describe('the inside of a sandbox of the open-source server', () => {
  const the = box({ ages: ['openSource'] });

  it('attaches to a terminal with its token in the query, and remembers that', async () => {
    const { client, emulator } = the();
    const attempts = (): readonly string[] =>
      emulator.requests().flatMap(({ path, query }) => (path.endsWith('/ws') ? [query] : []));
    for (const expected of [2, 3]) {
      const ticket = await client.terminals.create({ command: 'sh' }, never);
      let end: TerminalEnd | undefined;
      const events = { output: () => undefined, ended: (at: TerminalEnd) => (end = at) };
      const pty = await client.terminals.attach(ticket, events, never);
      pty.write('exit 3\n');
      await waitFor('the end of the shell', () => end !== undefined);
      assert.deepEqual(end, { kind: 'exited', exitCode: 3 });
      assert.equal(attempts().length, expected);
    }
  });

  it('runs a program without the call for it', async () => {
    const { client } = the();
    const script = 'echo out; echo err >&2; exit 5';
    const { stdout, stderr, exitCode } = await client.processes.runToEnd(
      { command: 'sh', args: ['-c', script] },
      never,
    );
    assert.deepEqual([stdout, stderr, exitCode], ['out\n', 'err\n', 5]);
    const whole = await client.processes.runToEnd(seq, never);
    assert.deepEqual(whole.stdout.split('\n').slice(0, -1), numbers);
  });

  it('leaves nothing on a signal that lives longer than its pauses', async () => {
    const { client } = the();
    const { signal } = new AbortController();
    await client.processes.runToEnd({ command: 'true' }, signal);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('asks once for the call that is not there', async () => {
    const { client, emulator } = the();
    const asked = (): number =>
      emulator.requests().filter(({ path }) => path === '/api/v1/processes/run').length;
    await client.processes.runToEnd({ command: 'true' }, never);
    const before = asked();
    await client.processes.runToEnd({ command: 'true' }, never);
    assert.equal(asked(), before);
  });

  it('kills a program whose run is left, or takes too long', async () => {
    const { client } = the();
    const sleep = { command: 'sleep', args: ['1000'] };
    let pid = 0;
    for await (const event of client.processes.run(sleep, never)) {
      if (event.kind === 'started') pid = event.pid;
      break;
    }
    await waitFor('the end of what was left', async () => {
      const { status } = await client.processes.get(pid, never);
      return status === 'signaled';
    });
    const events = await collect(client.processes.run({ ...sleep, timeoutSecs: 0.1 }, never));
    const [last] = events.slice(-1);
    assert.deepEqual(last, { kind: 'exited', exitCode: undefined, signal: 9, oomKilled: false });
  });

  it('follows output to its last line, each once', async () => {
    const { client } = the();
    const { pid } = await client.processes.start(seq, never);
    const lines = await collect(client.processes.follow(pid, 'stdout', never));
    assert.deepEqual(
      lines.map(({ line }) => line),
      numbers,
    );
  });

  it('writes a file that is larger than one request', async () => {
    const { client, emulator } = the();
    const content = Buffer.alloc(5_000_000, 'abcdefg');
    await client.files.write('/tmp/large/file', content, never);
    assert.deepEqual(Buffer.from(await client.files.read('/tmp/large/file', never)), content);
    const wholes = (): number => emulator.requests().filter(({ method }) => method === 'PUT').length;
    const before = wholes();
    const source = {
      size: content.length,
      open: () => Readable.from([content.subarray(0, 1_500_000), content.subarray(1_500_000)]),
    };
    await client.files.write('/tmp/large/file', source, never);
    assert.equal(wholes(), before);
    assert.deepEqual(Buffer.from(await client.files.read('/tmp/large/file', never)), content);
  });

  it('leaves a file as it was when a large one breaks off', async () => {
    const { client } = the();
    await client.files.write('/tmp/kept', Buffer.from('as it was'), never);
    const source = {
      size: 9_000_000,
      open: async function* () {
        yield await Promise.resolve(Buffer.alloc(6_000_000));
        throw new Error('the disk is gone');
      },
    };
    await assert.rejects(client.files.write('/tmp/kept', source, never), /the disk is gone/);
    const isAlone = async (): Promise<boolean> => {
      const { entries } = await client.files.list('/tmp', never);
      return entries.every(({ name }) => !name.endsWith('.part'));
    };
    await waitFor('the rest to be deleted', isAlone);
    assert.equal(Buffer.from(await client.files.read('/tmp/kept', never)).toString(), 'as it was');
  });

  it('says which request was too large, and how much the server takes', async () => {
    const { client } = the();
    const { pid } = await client.processes.start({ command: 'cat', stdin: 'pipe' }, never);
    const error = await refused('tooLarge', client.processes.writeStdin(pid, Buffer.alloc(3_000_000), never));
    assert.match(error.message, /length limit exceeded/);
    assert.equal(error.limitBytes, 2_097_152);
    await client.processes.writeStdin(pid, Buffer.alloc(2_097_152), never);
  });
});

describe('the address of a sandbox', () => {
  it('may name this machine where the API is on it', () => {
    const sandbox = { id: 'box', sandboxUrl: `http://${hostname()}:8095` };
    const local = sandboxAddress(endpointAt('http://localhost:8900'), sandbox);
    assert.ok('ok' in local);
    assert.equal(local.ok.endpoint.origin, 'http://127.0.0.1:8095');
    const far = sandboxAddress(endpointAt('https://api.example.com'), sandbox);
    assert.deepEqual(far, { error: 'insecure' });
    const other = { id: 'box', sandboxUrl: 'http://other-machine:8095' };
    assert.deepEqual(sandboxAddress(endpointAt('http://localhost:8900'), other), { error: 'insecure' });
  });
});
