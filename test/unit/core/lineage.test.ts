import assert from 'node:assert/strict';
import { Lineage } from '../../../src/core/lineage';

describe('lineage', () => {
  it('knows what was made from what, in order, and says when it learns', () => {
    const lineage = new Lineage();
    const heard: string[] = [];
    lineage.onDidChange(id => heard.push(id));
    lineage.record('b', { kind: 'copy', sandboxId: 'a' });
    lineage.record('c', { kind: 'copy', sandboxId: 'a' });
    lineage.record('d', { kind: 'snapshot', snapshotId: 's' });
    assert.deepEqual(lineage.copiesOf('a'), ['b', 'c']);
    assert.deepEqual(lineage.copiesOf('b'), []);
    assert.deepEqual(lineage.originOf('d'), { kind: 'snapshot', snapshotId: 's' });
    assert.equal(lineage.originOf('a'), undefined);
    assert.deepEqual(heard, ['b', 'c', 'd']);
  });

  it('forgets another account, and falls silent when disposed', () => {
    const lineage = new Lineage();
    lineage.record('b', { kind: 'copy', sandboxId: 'a' });
    lineage.clear();
    assert.deepEqual(lineage.copiesOf('a'), []);
    lineage.onDidChange(() => assert.fail('disposed'));
    lineage.dispose();
    lineage.record('c', { kind: 'copy', sandboxId: 'a' });
  });
});
