import assert from 'node:assert/strict';
import { openForwardsKey } from '../../../../src/manifest';
import { KeptForwards } from '../../../../src/remote/ports/keptForwards';
import { FakeMemento } from '../../../support/storage/fakeMemento';

const endpoint = 'https://api.tensorlake.ai';
const forward = (remotePort: number, more: object = {}) => ({
  endpoint,
  sandboxId: 'a',
  remotePort,
  localPort: remotePort + 10_000,
  ...more,
});

/** What the window before left, as it reads after a reload. */
async function after(memento: FakeMemento, open: Parameters<KeptForwards['remember']>[0]) {
  await new KeptForwards(memento).remember(open);
  return new KeptForwards(memento);
}

describe('KeptForwards', () => {
  it('brings back after a reload what was open, of the same server, until it is open again', async () => {
    const memento = new FakeMemento();
    const other = forward(5432, { endpoint: 'http://localhost:8900' });
    const kept = await after(memento, [forward(8080), forward(3000), other]);
    assert.deepEqual(kept.leftOf(endpoint), [forward(8080), forward(3000)]);
    await kept.remember([forward(8080, { localPort: 40_000 })]);
    assert.deepEqual(kept.leftOf(endpoint), [forward(3000)]);
    // Nobody has opened the others yet, so a second reload brings them back too.
    assert.deepEqual(new KeptForwards(memento).leftOf(endpoint), [
      forward(8080, { localPort: 40_000 }),
      forward(3000),
    ]);
  });

  it('keeps nothing once all are stopped or dropped', async () => {
    const memento = new FakeMemento();
    const kept = await after(memento, [forward(8080)]);
    const [left] = kept.leftOf(endpoint);
    assert.ok(left);
    kept.drop(left);
    await kept.remember([]);
    assert.deepEqual(memento.keys(), []);
  });

  it('ignores what cannot be read', async () => {
    for (const stored of [
      null,
      7,
      {},
      [null, 'x', forward(0), forward(70_000), { ...forward(80), sandboxId: 1 }],
    ]) {
      const memento = new FakeMemento();
      await memento.update(openForwardsKey, stored);
      assert.deepEqual(new KeptForwards(memento).leftOf(endpoint), []);
    }
  });
});
