import assert from 'node:assert/strict';
import { SandboxStore } from '../../../../src/core/list/store';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../support/sandboxBuilder';

const count = 1_000;
const listed = (more: Partial<Sandbox> = {}): Sandbox[] =>
  Array.from({ length: count }, (_, index) => sandbox({ id: `s${index}`, ...more }));

function stored(): SandboxStore {
  const store = new SandboxStore();
  store.applyListing(listed(), 100, 100, 0);
  return store;
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
