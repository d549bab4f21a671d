import assert from 'node:assert/strict';
import { SandboxStore } from '../../../../../src/core/list/store';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import type { Steps } from '../../../../../src/core/kernel/steps';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../../support/sandboxBuilder';

const count = 1_000;
/** Of processor time. At once it takes several times as long. */
const mostStepMs = 100;
const listed = (more: Partial<Sandbox> = {}): Sandbox[] =>
  Array.from({ length: count }, (_, index) => sandbox({ id: `s${index}`, ...more }));

function stored(): SandboxStore {
  const store = new SandboxStore();
  store.applyListing(listed(), 100, 100, 0);
  return store;
}

function longestStepMs(steps: Steps<void>): number {
  let longestMs = 0;
  for (let isOver = false; !isOver;) {
    const started = process.cpuUsage();
    isOver = steps.next().done === true;
    const { user, system } = process.cpuUsage(started);
    longestMs = Math.max(longestMs, (user + system) / 1000);
  }
  return longestMs;
}

describe('SandboxStore, with a long list', () => {
  it('changes nothing until a listing is wholly merged, then all in one change', () => {
    const store = stored();
    const changes: number[] = [];
    store.onDidChange(({ current }) => changes.push(current.rows.size));
    const steps = store.applyingListing(listed({ image: 'new' }), 200, () => 210, 0);
    let turns = 0;
    for (; steps.next().done !== true; turns += 1) assert.deepEqual(changes, []);
    assert.ok(turns >= 4, `${turns} turns`);
    assert.deepEqual(changes, [count]);
    assert.equal(store.current.rows.get('s999')?.sandbox.image, 'new');
  });

  it('keeps what changes while a listing is merged', () => {
    const store = stored();
    let nowMs = 210;
    const steps = store.applyingListing(listed({ image: 'listed' }), 200, () => nowMs, 0);
    steps.next();
    nowMs = 220;
    store.upsert([sandbox({ id: 's0', image: 'newer' }), sandbox({ id: 'made' })], nowMs);
    store.setAction(['s1', 's900'], 'suspend');
    while (steps.next().done !== true) nowMs += 1;
    const { rows } = store.current;
    const images = ['s0', 's1', 's2', 's900'].map(id => rows.get(id)?.sandbox.image);
    assert.deepEqual(images, ['newer', 'listed', 'listed', 'listed']);
    assert.deepEqual([rows.get('s1')?.action, rows.get('s900')?.action], ['suspend', 'suspend']);
    assert.ok(rows.has('made'));
    assert.equal(rows.size, count + 1);
  });

  it('changes nothing until a part of it is wholly merged, then all in one change', () => {
    const store = stored();
    const changes: number[] = [];
    store.onDidChange(({ current }) => changes.push(current.rows.size));
    const steps = store.applyingPart(listed({ image: 'new' }), 200, () => 210, { cut: 'rows' });
    let turns = 0;
    for (; steps.next().done !== true; turns += 1) assert.deepEqual(changes, []);
    assert.ok(turns >= 8, `${turns} turns`);
    assert.deepEqual(changes, [count]);
    assert.deepEqual([store.current.rows.get('s999')?.sandbox.image, store.current.cut], ['new', 'rows']);
  });

  for (const [what, begin] of [
    ['a listing', (store: SandboxStore, all: Sandbox[]) => store.applyingListing(all, 200, () => 210, 0)],
    ['a part', (store: SandboxStore, all: Sandbox[]) => store.applyingPart(all, 200, () => 210)],
  ] as const)
    it(`keeps each change that comes at any step of merging ${what}`, () => {
      const stepsOf = (): number => {
        const steps = begin(stored(), listed({ image: 'listed' }));
        let turns = 0;
        while (steps.next().done !== true) turns += 1;
        return turns;
      };
      for (let at = 0; at <= stepsOf(); at += 1) {
        const store = stored();
        const steps = begin(store, listed({ image: 'listed' }));
        for (let turn = 0; turn < at; turn += 1) steps.next();
        store.setAction(['s1', 's999'], 'suspend');
        store.upsert([sandbox({ id: 's0', image: 'newer' }), sandbox({ id: 'made' })], 210);
        while (steps.next().done !== true);
        const { rows } = store.current;
        const known = ['s0', 's1', 's2', 's999', 'made'].map(id => rows.get(id));
        assert.deepEqual(
          known.map(row => row?.sandbox.image),
          ['newer', 'listed', 'listed', 'listed', 'ubuntu'],
          `step ${at}`,
        );
        assert.deepEqual(
          known.map(row => row?.action),
          [undefined, 'suspend', undefined, 'suspend', undefined],
          `step ${at}`,
        );
        assert.equal(rows.size, count + 1);
      }
    });

  it('is merged though it changes at each step, for ever', () => {
    const store = stored();
    const steps = store.applyingPart(listed({ image: 'listed' }), 200, () => 210);
    let turns = 0;
    for (; steps.next().done !== true; turns += 1) {
      assert.ok(turns < 100);
      store.setAction(['s1'], turns % 2 === 0 ? 'suspend' : 'resume');
    }
    const { rows } = store.current;
    assert.deepEqual([rows.get('s1')?.sandbox.image, rows.get('s999')?.sandbox.image], ['listed', 'listed']);
    assert.notEqual(rows.get('s1')?.action, undefined);
  });

  it('of 100,000 rows is merged in short steps, whether all of it or a part was read', () => {
    const all = (image: string): Sandbox[] =>
      Array.from({ length: listBounds.rows }, (_, index) => sandbox({ id: `r${index}`, image }));
    const lists = [all('one'), all('other')] as const;
    const store = new SandboxStore();
    store.applyListing(lists[1], 0, 0, 0);
    let turn = 0;
    const now = (): number => turn;
    for (const begin of [
      (list: Sandbox[]) => store.applyingListing(list, turn, now, 0),
      (list: Sandbox[]) => store.applyingPart(list, turn, now, { cut: 'rows' }),
    ]) {
      let longestMs = Infinity;
      // Another process may take the machine, and garbage of other tests may be collected.
      for (let times = 0; times < 3 && longestMs > mostStepMs; times += 1) {
        const list = lists[turn % 2 === 0 ? 0 : 1];
        turn += 1;
        longestMs = longestStepMs(begin(list));
        assert.equal(store.current.rows.get('r99999')?.sandbox, list.at(-1));
      }
      assert.ok(longestMs <= mostStepMs, `${longestMs} ms`);
    }
  }).timeout(60_000);

  it('recognizes page by page what did not change, and a page that is the same without a comparison', () => {
    const store = stored();
    const known = store.current.rows.get('s1')?.sandbox;
    const page = [sandbox({ id: 's1' }), sandbox({ id: 's2', image: 'new' }), sandbox({ id: 'other' })];
    const recognized = store.recognize(page);
    assert.deepEqual(
      recognized.map((each, index) => [each === known, each === page[index]]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
    assert.equal(store.recognize(page), recognized);
  });
});
