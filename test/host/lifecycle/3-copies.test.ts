import assert from 'node:assert/strict';
import { commands } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const copyRoute = 'POST /sandboxes/{id}/copy';

async function copyRequests(): Promise<number> {
  return (await emulator.counters()).routes[copyRoute] ?? 0;
}

async function copy(id: string, times: unknown): Promise<readonly string[] | undefined> {
  const made: unknown = await commands.executeCommand(commandIds.duplicate, id, undefined, times);
  return z.optional(z.array(z.string())).parse(made);
}

async function running(name: string): Promise<string> {
  const { id } = await emulator.create({ name, timeout_secs: 1234 });
  await commands.executeCommand(commandIds.refresh);
  return id;
}

describe('copying a sandbox', () => {
  before(async () => await signIn());

  it('makes as many as asked for, running and without a name', async () => {
    const id = await running('copy-source');
    const made = await copy(id, 3);
    assert.equal(made?.length, 3);
    for (const each of made) {
      const sandbox = await emulator.get(each);
      assert.equal(sandbox.status, 'running');
      assert.equal(sandbox.name ?? undefined, undefined);
      assert.equal(sandbox['timeout_secs'], 1234);
    }
  });

  it('refuses a number out of range before any request', async () => {
    const id = await running('copy-refused');
    const before = await copyRequests();
    for (const times of [0, -1, 1.5, 101, '2', Number.NaN]) assert.equal(await copy(id, times), undefined);
    assert.equal(await copyRequests(), before);
  });

  describe('with answers that go astray', () => {
    let verdict: Verdict = 'pass';
    let relay: Relay;
    before(async () => {
      relay = await Relay.start((_method, path) => (path.includes('/copy') ? verdict : 'pass'));
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > 0);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    it('asks once, whatever becomes of the answer', async () => {
      const id = await running('copy-lost');
      verdict = 'loseAnswer';
      const before = await copyRequests();
      assert.equal(await copy(id, 1), undefined);
      assert.equal(await copyRequests(), before + 1);
    });

    it('takes what was made of a partial result', async () => {
      const id = await running('copy-partial');
      const { id: made } = await emulator.create({});
      verdict = {
        status: 207,
        body: JSON.stringify({
          source_sandbox_id: id,
          sandboxes: [
            { sandbox_id: made, status: 'running' },
            { sandbox_id: 'failedfailedfailed123', status: 'failed', reason: 'QuotaExceeded' },
          ],
        }),
      };
      assert.deepEqual(await copy(id, 2), [made]);
      // The list of results would wait for the user.
      await commands.executeCommand('workbench.action.closeQuickOpen');
    });

    it('is refused in a sentence where there is no such thing', async () => {
      const id = await running('copy-unknown');
      verdict = { status: 404, body: 'Not Found' };
      assert.equal(await copy(id, 1), undefined);
      verdict = 'pass';
      assert.equal((await copy(id, 1))?.length, 1);
    });
  });
});
