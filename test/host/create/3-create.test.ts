import assert from 'node:assert/strict';
import { commands } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const createRoute = 'POST /sandboxes';
const members = z.record(z.string(), z.unknown());

async function create(wanted: Readonly<Record<string, unknown>>): Promise<unknown> {
  return await commands.executeCommand(commandIds.create, wanted);
}

async function createRequests(): Promise<number> {
  return (await emulator.counters()).routes[createRoute] ?? 0;
}

describe('creating', () => {
  before(async () => await signIn());

  it('starts a named sandbox with the defaults of the official tools', async () => {
    const id = await create({ name: 'made-here' });
    const made = await emulator.get('made-here');
    assert.equal(made.id, id);
    assert.equal(made.resources.cpus, 1);
    assert.equal(made.resources.memory_mb, 1024);
    await waitFor('it to run', async () => (await emulator.get('made-here')).status === 'running');
  });

  it('starts an ephemeral sandbox of another size', async () => {
    const id = await create({ cpus: 2, memoryMb: 4096, timeoutSecs: 1200 });
    const made = await emulator.get(String(id));
    assert.equal(made.name ?? undefined, undefined);
    assert.equal(made.resources.cpus, 2);
    assert.equal(made.resources.memory_mb, 4096);
  });

  it('refuses what breaks a rule before any request', async () => {
    const before = await createRequests();
    for (const wanted of [
      { name: 'Not Valid' },
      { name: '' },
      { name: 'ok', cpus: 0 },
      { name: 'ok', cpus: Number.NaN },
      { name: 'ok', cpus: '2' },
      { name: 'ok', memoryMb: 12 },
      { name: 'ok', memoryMb: 1024.5 },
      { name: 'ok', timeoutSecs: -1 },
      { name: 'made-here' },
    ])
      assert.equal(await create(wanted), undefined, JSON.stringify(wanted));
    assert.equal(await createRequests(), before);
  });

  describe('when the answer is lost', () => {
    let verdict: Verdict = 'pass';
    let relay: Relay;
    before(async () => {
      relay = await Relay.start((method, path) =>
        method === 'POST' && path.endsWith('/sandboxes') ? verdict : 'pass',
      );
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > 0);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    it('finds the named sandbox instead of creating another', async () => {
      verdict = 'loseAnswer';
      const before = await createRequests();
      const id = await create({ name: 'lost-and-found' });
      assert.equal((await emulator.get('lost-and-found')).id, id);
      assert.equal(await createRequests(), before + 1);
    });

    it('finds the ephemeral one in the next listing', async () => {
      verdict = 'loseAnswer';
      const before = await createRequests();
      const id = await create({ timeoutSecs: 777 });
      assert.equal((await emulator.get(String(id)))['timeout_secs'], 777);
      assert.equal(await createRequests(), before + 1);
    });

    it('takes a 504 with a sandbox in it as a pending sandbox', async () => {
      verdict = {
        change: ({ body }) => ({
          status: 504,
          body: JSON.stringify({ ...members.parse(JSON.parse(body)), status: 'timeout' }),
        }),
      };
      assert.equal(await create({ name: 'slow-boot' }), (await emulator.get('slow-boot')).id);
    });

    it('reports an error that leaves nothing behind, once, and creates nothing', async () => {
      verdict = { status: 503, body: '{"message":"no"}' };
      const before = await createRequests();
      assert.equal(await create({ name: 'never-made' }), undefined);
      assert.equal(await createRequests(), before);
      assert.equal(await emulator.find('never-made'), undefined);
    });
  });
});
