import assert from 'node:assert/strict';
import { SharedMemento } from '../../../../../src/host/storage/mementos/sharedMemento';
import { FakeClock } from '../../../../support/fakeClock';
import { SharedStorage } from '../../../../support/storage/sharedStorage';

describe('SharedMemento', () => {
  let clock: FakeClock;
  let storage: SharedStorage;
  let windows: SharedMemento[];

  function open(random = 0): SharedMemento {
    const memento = new SharedMemento(storage.window(), clock, () => random);
    windows.push(memento);
    return memento;
  }

  /** Lets the windows look, and the editor store what they write. */
  async function look(times = 1): Promise<void> {
    await clock.advance(900 * times);
  }

  /** What is stored, but for the numbers by which windows see what was lost. */
  function stored(): unknown {
    return Object.fromEntries(
      Object.entries(storage.stored).filter(
        ([key, value]) => key !== 'tensorlake.writes' && value !== undefined,
      ),
    );
  }

  function add(entry: string): (current: unknown) => unknown {
    return current => {
      const entries: readonly unknown[] = Array.isArray(current) ? current : [];
      return [...new Set([...entries, entry])].sort();
    };
  }

  beforeEach(() => {
    [clock, windows] = [new FakeClock(), []];
    storage = new SharedStorage(clock);
  });

  afterEach(() => {
    for (const window of windows) window.dispose();
  });

  it('needs looking after: the editor keeps one of two changes that windows make at once', async () => {
    const [one, two] = [storage.window(), storage.window()];
    await Promise.all([one.update('a', 1), two.update('b', 2)]);
    await clock.advance(100);
    assert.deepEqual(stored(), { b: 2 });
    // And each window has the values of the other.
    assert.deepEqual([one.keys(), two.keys()], [['b'], ['a']]);
  });

  it('keeps changes of different keys that two windows make at once', async () => {
    const [one, two] = [open(0), open(0.5)];
    await Promise.all([one.update('a', 1), two.update('b', 2)]);
    await look(2);
    assert.deepEqual(stored(), { a: 1, b: 2 });
    for (const window of windows) assert.deepEqual([...window.keys()].sort(), ['a', 'b']);
  });

  it('keeps entries of one list that two windows add at once', async () => {
    const [one, two] = [open(0), open(0.5)];
    await Promise.all([one.change('list', add('x')), two.change('list', add('y'))]);
    await look(2);
    assert.deepEqual(stored(), { list: ['x', 'y'] });
    for (const window of windows) assert.deepEqual(window.get<unknown>('list', undefined), ['x', 'y']);
  });

  it('keeps a removal', async () => {
    const [one, two] = [open(0), open(0.5)];
    await one.update('a', 1);
    await look();
    await Promise.all([one.update('a', undefined), two.update('b', 2)]);
    await look(2);
    assert.deepEqual(two.keys(), ['b']);
    assert.deepEqual(one.keys(), ['b']);
  });

  it('keeps several changes of one key in their order', async () => {
    const [one, two] = [open(0), open(0.5)];
    const changes = ['shown', 'detached', 'shown'].map(state => one.update('terminal', state));
    await Promise.all([...changes, two.update('b', 2)]);
    await look(2);
    assert.deepEqual(stored(), { terminal: 'shown', b: 2 });
  });

  it('leaves what another window changed after it had seen a change, even back to what it was', async () => {
    const [one, two] = [open(0), open(0.5)];
    await one.update('a', 1);
    await one.change('list', add('x'));
    await clock.advance(100);
    await two.update('a', undefined);
    await two.update('list', ['y']);
    await look(2);
    assert.deepEqual(stored(), { list: ['y'] });
  });

  it('comes to an end when several windows write again and again', async () => {
    const all = [0, 0.3, 0.6, 0.9].map(open);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(all.map((each, index) => each.change('list', add(`${index}-${round}`))));
      await look();
    }
    await look(4);
    const list = all.flatMap((_, index) => [0, 1, 2, 3, 4].map(round => `${index}-${round}`)).sort();
    assert.deepEqual(stored(), { list });
    for (const each of all) assert.deepEqual(each.get<unknown>('list', undefined), list);
  });

  it('tells what another window has changed', async () => {
    const [one, two] = [open(), open()];
    const told: string[][] = [];
    two.onDidChange(keys => {
      told.push([...keys]);
    });
    await look();
    assert.deepEqual(told, []);
    await one.update('a', 1);
    await look(2);
    assert.deepEqual(told, [['a']]);
    await one.update('a', undefined);
    await look(2);
    assert.deepEqual(told, [['a'], ['a']]);
  });

  it('hides its numbers, which are few and no secret', async () => {
    for (let count = 0; count < 30; count += 1) await open().update('a', count);
    await clock.advance(100);
    const { 'tensorlake.writes': stamps } = storage.stored;
    assert.ok(Array.isArray(stamps) && stamps.length <= 20);
    for (const window of windows.slice(-1)) assert.deepEqual(window.keys(), ['a']);
  });

  it('is at rest once it is disposed', () => {
    open().dispose();
    assert.equal(clock.pending, 0);
  });
});
