import assert from 'node:assert/strict';
import type { MementoLike } from '../../../../../src/host/storage/mementos/mementoLike';
import { OrderedMemento } from '../../../../../src/host/storage/mementos/orderedMemento';
import { settle } from '../../../../support/fakeClock';

/** Like the editor's: a change is stored with all others, and then all come back as they were stored. */
class EchoingMemento {
  kept: Record<string, unknown> = {};
  isFailing = false;
  private readonly arriving: (() => void)[] = [];

  keys(): readonly string[] {
    return Object.keys(this.kept);
  }

  get(key: string): undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string, fallback?: unknown): unknown {
    return this.kept[key] ?? fallback;
  }

  update(key: string, value: unknown): Promise<void> {
    const others = Object.entries(this.kept).filter(([each]) => each !== key);
    this.kept = Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
    const stored = this.kept;
    return new Promise((resolve, reject) =>
      this.arriving.push(() => {
        if (this.isFailing) reject(new Error('the disk is full'));
        else {
          this.kept = stored;
          resolve();
        }
      }),
    );
  }

  async arrive(): Promise<void> {
    this.arriving.shift()?.();
    await settle();
  }
}

describe('OrderedMemento', () => {
  it('keeps a change that is made while another is stored', async () => {
    const editor = new EchoingMemento();
    const memento: MementoLike = new OrderedMemento(editor);
    const both = Promise.all([memento.update('a', 1), memento.update('b', 2)]);
    assert.deepEqual([memento.get('a'), memento.get('b'), memento.keys()], [1, 2, ['a', 'b']]);
    await settle();
    await editor.arrive();
    assert.deepEqual([memento.get('a'), memento.get('b')], [1, 2]);
    await editor.arrive();
    await both;
    assert.deepEqual(editor.kept, { a: 1, b: 2 });
  });

  it('shows the last of several changes of one key, and stores them in order', async () => {
    const editor = new EchoingMemento();
    const memento: MementoLike = new OrderedMemento(editor);
    const all = Promise.all([1, 2, undefined].map(value => memento.update('a', value)));
    for (let count = 0; count < 3; count += 1) {
      assert.deepEqual([memento.get('a'), memento.keys()], [undefined, []]);
      await settle();
      await editor.arrive();
    }
    await all;
    assert.deepEqual(editor.kept, {});
  });

  it('goes on after a change that cannot be stored, and says so', async () => {
    const editor = new EchoingMemento();
    const memento: MementoLike = new OrderedMemento(editor);
    editor.isFailing = true;
    const refused = assert.rejects(Promise.resolve(memento.update('a', 1)), /the disk is full/);
    const stored = memento.update('b', 2);
    await settle();
    await editor.arrive();
    await refused;
    editor.isFailing = false;
    await editor.arrive();
    await stored;
    assert.equal(memento.get('b'), 2);
  });

  it('hands out copies of what is not stored yet', () => {
    const memento: MementoLike = new OrderedMemento(new EchoingMemento());
    const value = { list: [1] };
    void memento.update('a', value);
    assert.notEqual(memento.get('a'), value);
    value.list.push(2);
    assert.deepEqual(memento.get('a'), { list: [1, 2] });
  });
});
