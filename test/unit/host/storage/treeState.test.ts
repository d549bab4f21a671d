import assert from 'node:assert/strict';
import { TreeState } from '../../../../src/host/storage/treeState';
import { FakeMemento } from '../../../support/storage/fakeMemento';

describe('TreeState', () => {
  it('remembers what was turned from what is usual, and what was selected', async () => {
    const memento = new FakeMemento();
    const state = new TreeState(memento);
    assert.equal(state.isUnfolded('group:running', true), true);
    await state.setUnfolded('group:running', false, true);
    await state.setUnfolded('sandbox:a', true, false);
    await state.setSelected('a');
    const after = new TreeState(memento);
    assert.equal(after.isUnfolded('group:running', true), false);
    assert.equal(after.isUnfolded('sandbox:a', false), true);
    assert.equal(after.isUnfolded('sandbox:b', false), false);
    assert.equal(after.selected, 'a');
    await after.setUnfolded('group:running', true, true);
    assert.equal(new TreeState(memento).isUnfolded('group:running', true), true);
  });

  it('forgets what is gone, all of it when told to, and the oldest of too many', async () => {
    const memento = new FakeMemento();
    const state = new TreeState(memento);
    for (let index = 0; index < 501; index += 1) await state.setUnfolded(`sandbox:${index}`, true, false);
    assert.equal(state.isUnfolded('sandbox:0', false), false);
    assert.equal(state.isUnfolded('sandbox:500', false), true);
    await state.keepOnly(id => id === 'sandbox:7');
    assert.deepEqual(
      [7, 500].map(index => new TreeState(memento).isUnfolded(`sandbox:${index}`, false)),
      [true, false],
    );
    state.reset();
    assert.equal(state.isUnfolded('sandbox:7', false), false);
  });

  it('reads nothing from what it did not write', () => {
    for (const value of [undefined, null, 7, [], { turned: 'x', selected: 7 }, { turned: [1, null] }]) {
      const memento = new FakeMemento();
      void memento.update('tensorlake.tree', value);
      const state = new TreeState(memento);
      assert.equal(state.selected, undefined);
      assert.equal(state.isUnfolded('sandbox:a', false), false);
    }
  });
});
