import assert from 'node:assert/strict';
import { DisposableStore } from '../../../../src/core/kernel/disposable';
import { setUnexpectedErrorHandler } from '../../../../src/core/kernel/unexpected';

describe('DisposableStore', () => {
  function noting(): { readonly disposed: string[]; readonly item: (name: string) => { dispose(): void } } {
    const disposed: string[] = [];
    return { disposed, item: name => ({ dispose: () => void disposed.push(name) }) };
  }

  it('disposes in reverse order, once', () => {
    const { disposed, item } = noting();
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.add(item(name));
    assert.equal(store.isDisposed, false);
    assert.deepEqual(disposed, []);
    store.dispose();
    store.dispose();
    assert.equal(store.isDisposed, true);
    assert.deepEqual(disposed, ['c', 'b', 'a']);
  });

  it('returns what is added', () => {
    const thing = noting().item('a');
    assert.equal(new DisposableStore().add(thing), thing);
  });

  it('disposes at once what is added after it was disposed', () => {
    const { disposed, item } = noting();
    const store = new DisposableStore();
    store.dispose();
    const late = item('late');
    assert.equal(store.add(late), late);
    assert.deepEqual(disposed, ['late']);
  });

  it('disposes at once what is added while it is disposed', () => {
    const { disposed, item } = noting();
    const store = new DisposableStore();
    store.add(item('first'));
    store.add({ dispose: () => store.add(item('meanwhile')) });
    store.dispose();
    assert.deepEqual(disposed, ['meanwhile', 'first']);
  });

  it('reports what one throws, and disposes the others', () => {
    const { disposed, item } = noting();
    const unexpected: string[] = [];
    setUnexpectedErrorHandler(error => unexpected.push(String(error)));
    const store = new DisposableStore();
    store.add(item('a'));
    store.add({
      dispose: () => {
        throw new Error('broken');
      },
    });
    store.add(item('b'));
    try {
      store.dispose();
    } finally {
      setUnexpectedErrorHandler(undefined);
    }
    assert.deepEqual(disposed, ['b', 'a']);
    assert.deepEqual(unexpected, ['Error: broken']);
  });
});
