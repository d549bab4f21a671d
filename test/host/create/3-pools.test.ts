import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function claim(poolId: string): Promise<unknown> {
  return await commands.executeCommand(commandIds.claim, { kind: 'pool', poolId });
}

describe('claiming from a pool', () => {
  before(async () => await signIn());

  it('gives a warm sandbox of the pool, running', async () => {
    const pool = await emulator.createPool({ warm_containers: 1, max_containers: 2 });
    await waitFor('a warm container', async () => (await emulator.idleContainers(pool)) === 1);
    const claimed = await emulator.get(String(await claim(pool)));
    assert.equal(claimed['pool_id'], pool);
    assert.equal(claimed.status, 'running');
    await commands.executeCommand(commandIds.copyId, claimed.id);
  });

  it('says so and claims nothing where there is no such pool', async () => {
    assert.equal(await claim('no-such-pool'), undefined);
    assert.equal(await claim('../..'), undefined);
  });

  it('waits for a place in a full pool, and goes on when there is one', async () => {
    const pool = await emulator.createPool({ warm_containers: 0, max_containers: 1 });
    const first = String(await claim(pool));
    const second = claim(pool);
    const waiting = await waitFor('a claim that waits', async () =>
      (await emulator.list()).find(
        each => each['pool_id'] === pool && each['pending_reason'] === 'pool_at_capacity',
      ),
    );
    await emulator.terminate(first);
    assert.equal(await second, waiting.id);
    assert.equal((await emulator.get(waiting.id)).status, 'running');
  });

  it('gives up a claim that is cancelled while it waits', async () => {
    const pool = await emulator.createPool({ warm_containers: 0, max_containers: 1 });
    await claim(pool);
    const second = claim(pool);
    const waiting = await waitFor('a claim that waits', async () =>
      (await emulator.list()).find(
        each => each['pool_id'] === pool && each['pending_reason'] === 'pool_at_capacity',
      ),
    );
    await emulator.terminate(waiting.id);
    assert.equal(await second, undefined);
  });
});
