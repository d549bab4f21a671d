import assert from 'node:assert/strict';
import { ListObserver } from '../../../../src/core/list/listObserver';
import { SandboxStore } from '../../../../src/core/list/store';
import { FakeClock } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';

function observed() {
  const store = new SandboxStore();
  const clock = new FakeClock();
  const sizes: number[] = [];
  const observer = new ListObserver(store, clock, () => sizes.push(store.current.rows.size));
  const list = (count: number): void => {
    const rows = Array.from({ length: count }, (_, index) => sandbox({ id: `s${index}` }));
    store.applyListing(rows, clock.now(), clock.now(), 0);
  };
  return { store, clock, observer, list, takeSizes: () => sizes.splice(0) };
}

describe('ListObserver', () => {
  it('tells of a change of a short list at once', () => {
    const { list, takeSizes, clock } = observed();
    list(5_000);
    assert.deepEqual([takeSizes(), clock.pending], [[5_000], 0]);
  });

  it('tells of changes of a long list once, in a turn of its own', async () => {
    const { list, takeSizes, clock } = observed();
    list(6_000);
    list(7_000);
    assert.deepEqual(takeSizes(), []);
    await clock.advance(0);
    assert.deepEqual(takeSizes(), [7_000]);
    await clock.advance(1_000);
    assert.deepEqual(takeSizes(), []);
  });

  it('tells at once when it is asked to, or when something else than a long list changes, and then not again', async () => {
    const { store, list, takeSizes, clock, observer } = observed();
    observer.flush();
    assert.deepEqual(takeSizes(), []);
    list(6_000);
    observer.flush();
    assert.deepEqual(takeSizes(), [6_000]);
    list(7_000);
    store.reset({ kind: 'signedOut' });
    assert.deepEqual(takeSizes(), [0]);
    await clock.advance(0);
    assert.deepEqual([takeSizes(), clock.pending], [[], 0]);
  });

  it('tells nothing after it is disposed', async () => {
    const { list, takeSizes, clock, observer } = observed();
    list(6_000);
    observer.dispose();
    list(10);
    await clock.advance(0);
    assert.deepEqual(takeSizes(), []);
  });
});
