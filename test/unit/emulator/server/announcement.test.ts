import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { announcement } from '../../../../emulator/announcement';
import {
  resolvesLocalhostNames,
  withReachableAddresses,
  type Lookup,
} from '../../../../emulator/localhostNames';
import { startEmulator } from '../../../../emulator/server';
import { projectRoot } from '../../../support/projectRoot';

const to =
  (...addresses: readonly string[]): Lookup =>
  () =>
    Promise.resolve(addresses.map(address => ({ address })));
const nowhere: Lookup = () => Promise.reject(new Error('ENOTFOUND'));

describe('emulator: names below localhost', () => {
  it('are used only where they resolve to this machine, by the address that it listens on', async () => {
    const asked: string[] = [];
    const recording: Lookup = name => {
      asked.push(name);
      return to('127.0.0.1')(name);
    };
    assert.equal(await resolvesLocalhostNames(recording), true);
    assert.deepEqual(asked, ['x.localhost']);
    assert.equal(await resolvesLocalhostNames(to('::1', '127.0.0.1')), true);
    for (const find of [nowhere, to(), to('::1'), to('198.51.100.7'), to('127.0.0.1', '198.51.100.7')]) {
      assert.equal(await resolvesLocalhostNames(find), false);
    }
  });

  it('do not delay the start where the resolver does not answer', async () => {
    assert.equal(await resolvesLocalhostNames(() => new Promise(() => undefined)), false);
  }).timeout(10_000);

  it('are not used where they do not resolve, unless the command line sets the address', async () => {
    const options = { port: 0, dialect: { rename: 'refused' } };
    assert.deepEqual(await withReachableAddresses(options, to('127.0.0.1')), {
      options,
      isAddressForced: false,
    });
    assert.deepEqual(await withReachableAddresses(options, nowhere), {
      options: { port: 0, dialect: { rename: 'refused', address: 'loopback' } },
      isAddressForced: true,
    });
    const chosen = { dialect: { address: 'moves' } };
    assert.deepEqual(await withReachableAddresses(chosen, nowhere), {
      options: chosen,
      isAddressForced: false,
    });
  });
});

/** The variables that a text exports. */
function exportsOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter(line => line.startsWith('export '));
  const pairs = lines.flatMap(line => [...line.matchAll(/ (\w+)=(\S+)/g)]);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** The status of a GET, with the host name resolved by the system. */
async function status(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { agent: false, headers }).end();
  const [answer] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(sent, 'response'));
  answer.resume();
  return answer.statusCode;
}

const listed = z.object({
  sandboxes: z.array(z.object({ id: z.string(), status: z.string(), sandbox_url: z.string().optional() })),
});

/** Uses the variables as the official clients do: a list, and a request to a sandbox (API reference section 1.7). */
async function tryOut(text: string): Promise<string> {
  const { TENSORLAKE_API_URL: url = '', TENSORLAKE_API_KEY: key = '' } = exportsOf(text);
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/v1/namespaces/default/sandboxes`, { headers });
  const { sandboxes } = listed.parse(await answer.json());
  const running = sandboxes.find(sandbox => sandbox.status === 'running');
  const address = running?.sandbox_url ?? '';
  const isPlain = new URL(address).hostname === '127.0.0.1';
  const inside = { ...headers, ...(isPlain && { host: `${running?.id ?? ''}.local` }) };
  assert.equal(await status(`${address}/api/v1/health`, inside), 200);
  return address;
}

describe('emulator: the text printed at the start', () => {
  it('explains how names that do not resolve are replaced, and its exports work there', async () => {
    const { options, isAddressForced } = await withReachableAddresses({ sandboxes: 12 }, nowhere);
    const emulator = await startEmulator(options);
    try {
      const text = await announcement(emulator, isAddressForced);
      assert.match(text, /--switch address=loopback/);
      assert.equal(await tryOut(text), emulator.url);
      for (const secret of [emulator.apiKey, emulator.pat ?? '', emulator.adminKey]) {
        assert.ok(text.includes(secret));
      }
      assert.doesNotMatch(await announcement(emulator, false), /--switch/);
    } finally {
      await emulator.stop();
    }
  });

  it('works when it is copied on this machine, with any resolver', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'emulator/main.ts', '--port', '0'], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let text = '';
      for await (const line of createInterface({ input: child.stdout })) {
        text += `${line}\n`;
        if (line.includes('TENSORLAKE_PROJECT_ID')) break;
      }
      const address = await tryOut(text);
      assert.equal(/--switch address=loopback/.test(text), new URL(address).hostname === '127.0.0.1');
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  }).timeout(30_000);
});
