import assert from 'node:assert/strict';
import { Lineage, lineageLimit, type LineagePair } from '../../../../src/core/sandbox/origins';

function lineage(kept?: unknown): { readonly lineage: Lineage; readonly saved: (readonly LineagePair[])[] } {
  const saved: (readonly LineagePair[])[] = [];
  return { lineage: new Lineage(kept, pairs => saved.push(pairs)), saved };
}

describe('Lineage', () => {
  it('tells both ways what was recorded', () => {
    const { lineage: known } = lineage();
    known.record('a', 'snap');
    known.record('b', 'snap');
    known.record('c', 'other');
    assert.equal(known.sourceOf('b'), 'snap');
    assert.equal(known.sourceOf('z'), undefined);
    assert.deepEqual(
      [...known.restored()],
      [
        ['snap', ['a', 'b']],
        ['other', ['c']],
      ],
    );
  });

  it('keeps what it knows, and comes back with it', () => {
    const { lineage: first, saved } = lineage();
    first.record('a', 'snap');
    assert.equal(lineage(saved.at(-1)).lineage.sourceOf('a'), 'snap');
  });

  it('ignores what is no pair', () => {
    const { lineage: known } = lineage([['a', 'snap'], ['b'], ['c', 7], 'd', null]);
    assert.deepEqual([...known.restored()], [['snap', ['a']]]);
    assert.equal(lineage({ a: 'snap' }).lineage.sourceOf('a'), undefined);
  });

  it('says once that something is new, and nothing once disposed', () => {
    const { lineage: known, saved } = lineage();
    let events = 0;
    known.onDidChange(() => (events += 1));
    known.record('a', 'snap');
    known.record('a', 'snap');
    assert.deepEqual([events, saved.length], [1, 1]);
    known.dispose();
    known.record('b', 'snap');
    assert.equal(events, 1);
  });

  it('forgets the oldest first', () => {
    const { lineage: known, saved } = lineage();
    for (let count = 0; count <= lineageLimit; count += 1) known.record(`box${count}`, 'snap');
    assert.equal(saved.at(-1)?.length, lineageLimit);
    assert.equal(known.sourceOf('box0'), undefined);
    assert.equal(known.sourceOf(`box${lineageLimit}`), 'snap');
  });
});
