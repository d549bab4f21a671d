import assert from 'node:assert/strict';
import { CopyOrigins } from '../../../../src/core/sandbox/copyOrigins';

describe('the origins of copies', () => {
  it('are known in both directions, in order, and said when learnt', () => {
    const origins = new CopyOrigins();
    let heard = 0;
    origins.onDidChange(() => (heard += 1));
    origins.record('b', 'a');
    origins.record('c', 'a');
    assert.deepEqual(origins.copiesOf('a'), ['b', 'c']);
    assert.deepEqual(origins.copiesOf('b'), []);
    assert.equal(origins.sourceOf('c'), 'a');
    assert.equal(origins.sourceOf('a'), undefined);
    assert.equal(heard, 2);
  });

  it('are forgotten with the account, and silent when disposed', () => {
    const origins = new CopyOrigins();
    origins.record('b', 'a');
    origins.clear();
    assert.deepEqual(origins.copiesOf('a'), []);
    origins.onDidChange(() => assert.fail('disposed'));
    origins.dispose();
    origins.record('c', 'a');
  });
});
