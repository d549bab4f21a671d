import assert from 'node:assert/strict';
import { KeptStorage } from '../../../../../src/host/storage/mementos/keptStorage';
import { FakeMemento } from '../../../../support/storage/fakeMemento';

describe('KeptStorage', () => {
  let global: FakeMemento;
  let here: FakeMemento;
  let elsewhere: FakeMemento;
  let removals: number;
  const of = (workspace: FakeMemento): KeptStorage =>
    new KeptStorage(global, workspace, () => {
      removals += 1;
      return Promise.resolve();
    });
  const written = (memento: FakeMemento): readonly string[] =>
    memento.keys().filter(key => key !== 'tensorlake.removedAt');

  beforeEach(async () => {
    removals = 0;
    [global, here, elsewhere] = [new FakeMemento(), new FakeMemento(), new FakeMemento()];
    for (const memento of [global, here, elsewhere]) await memento.update('tensorlake.x', 1);
  });

  it('clears global storage, workspace storage and the files', async () => {
    await of(here).removeAll(5, []);
    assert.deepEqual([written(global), written(here), removals], [[], [], 1]);
  });

  it('clears another workspace when it is opened, once', async () => {
    await of(here).removeAll(5, []);
    await of(elsewhere).dropRemoved();
    assert.deepEqual(written(elsewhere), []);
    await elsewhere.update('tensorlake.y', 2);
    await here.update('tensorlake.y', 2);
    for (const workspace of [elsewhere, here]) {
      await of(workspace).dropRemoved();
      assert.deepEqual(written(workspace), ['tensorlake.y']);
    }
  });

  it('writes nothing while nothing was ever removed', async () => {
    await of(here).dropRemoved();
    assert.deepEqual(here.keys(), ['tensorlake.x']);
  });

  it('says of another workspace what could not be removed there, and removes the rest at once', async () => {
    await of(here).removeAll(5, []);
    await elsewhere.update('tensorlake.y', 2);
    const update = elsewhere.update.bind(elsewhere);
    elsewhere.update = (key, value) =>
      key === 'tensorlake.x' ? Promise.reject(new Error('disk full')) : update(key, value);
    const dropped = of(elsewhere).dropRemoved();
    assert.deepEqual(written(elsewhere), ['tensorlake.x']);
    await assert.rejects(dropped, /disk full/);
  });

  it('leaves by what is found again what could not be removed', async () => {
    await global.update('tensorlake.secret:a', true);
    await of(here).removeAll(5, ['tensorlake.secret:']);
    assert.deepEqual(written(global), ['tensorlake.secret:a']);
  });

  it('says when something is left', async () => {
    const update = global.update.bind(global);
    global.update = async (key, value) => {
      await update(key, value);
      if (key === 'tensorlake.removedAt') await update('tensorlake.x', 1);
    };
    assert.equal(await of(here).removeAll(6, []), false);
  });

  it('is behind where another window has removed all data, until what it stored is dropped', async () => {
    const [first, second] = [of(here), of(elsewhere)];
    assert.equal(second.isBehind, false);
    const removed = first.removeAll(5, []);
    assert.equal(first.isBehind, false);
    await removed;
    assert.deepEqual([first.isBehind, second.isBehind], [false, true]);
    await second.dropRemoved();
    assert.equal(second.isBehind, false);
  });

  it('clears the rest when a part cannot be cleared', async () => {
    const storage = new KeptStorage(global, here, () => Promise.reject(new Error('locked')));
    await assert.rejects(storage.removeAll(5, []), /locked/);
    assert.deepEqual([written(global), written(here)], [[], []]);
  });
});
