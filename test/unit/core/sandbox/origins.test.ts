import assert from 'node:assert/strict';
import { originLimit, Origins, type RestoredPair } from '../../../../src/core/sandbox/origins';

function open(kept?: unknown): { readonly origins: Origins; readonly saved: (readonly RestoredPair[])[] } {
  const saved: (readonly RestoredPair[])[] = [];
  return { origins: new Origins(kept, pairs => saved.push(pairs)), saved };
}

describe('Origins', () => {
  it('finds recorded pairs from both sides, restores and copies separately', () => {
    const { origins } = open();
    origins.record('a', 'snapshot', 'snap');
    origins.record('b', 'snapshot', 'snap');
    origins.record('c', 'snapshot', 'other');
    origins.record('d', 'sandbox', 'a');
    origins.record('e', 'sandbox', 'a');
    assert.equal(origins.sourceOf('b', 'snapshot'), 'snap');
    assert.equal(origins.sourceOf('b', 'sandbox'), undefined);
    assert.equal(origins.sourceOf('d', 'sandbox'), 'a');
    assert.equal(origins.sourceOf('z', 'snapshot'), undefined);
    assert.deepEqual(
      [...origins.bySource('snapshot')],
      [
        ['snap', ['a', 'b']],
        ['other', ['c']],
      ],
    );
    assert.deepEqual([...origins.bySource('sandbox')], [['a', ['d', 'e']]]);
  });

  it('keeps restores for the workspace, and drops copies when the account changes', () => {
    const { origins, saved } = open();
    origins.record('a', 'snapshot', 'snap');
    origins.record('b', 'sandbox', 'a');
    assert.deepEqual(saved.at(-1), [['a', 'snap']]);
    assert.equal(open(saved.at(-1)).origins.sourceOf('a', 'snapshot'), 'snap');
    origins.forgetCopies();
    assert.equal(origins.sourceOf('b', 'sandbox'), undefined);
    assert.equal(origins.sourceOf('a', 'snapshot'), 'snap');
  });

  it('reads what earlier versions stored, and ignores invalid pairs', () => {
    const { origins } = open([['a', 'snap'], ['b'], ['c', 7], 'd', null]);
    assert.deepEqual([...origins.bySource('snapshot')], [['snap', ['a']]]);
    assert.equal(open({ a: 'snap' }).origins.sourceOf('a', 'snapshot'), undefined);
  });

  it('fires once for a new pair, and not once disposed', () => {
    const { origins, saved } = open();
    let events = 0;
    origins.onDidChange(() => (events += 1));
    origins.record('a', 'snapshot', 'snap');
    origins.record('a', 'snapshot', 'snap');
    assert.deepEqual([events, saved.length], [1, 1]);
    origins.record('b', 'sandbox', 'a');
    assert.equal(events, 2);
    origins.dispose();
    origins.record('c', 'sandbox', 'a');
    assert.equal(events, 2);
  });

  it('drops the oldest first', () => {
    const { origins, saved } = open();
    for (let count = 0; count <= originLimit; count += 1) origins.record(`box${count}`, 'snapshot', 'snap');
    assert.equal(saved.at(-1)?.length, originLimit);
    assert.equal(origins.sourceOf('box0', 'snapshot'), undefined);
    assert.equal(origins.sourceOf(`box${originLimit}`, 'snapshot'), 'snap');
  });
});
