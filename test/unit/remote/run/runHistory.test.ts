import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forgetLine, readRunHistory, rememberLine } from '../../../../src/remote/run/runHistory';

describe('the history of runs', () => {
  it('lists the newest first, and each command once', () => {
    const history = ['ls', 'make', 'ls'].reduce(rememberLine, readRunHistory(undefined));
    assert.deepEqual(history, ['ls', 'make']);
  });

  it('leaves out empty commands, those that begin with a blank, and overlong ones', () => {
    for (const line of ['', '  ', ' export TOKEN=secret', 'x'.repeat(5_000)])
      assert.deepEqual(rememberLine(['ls'], line), ['ls']);
  });

  it('removes a command', () => assert.deepEqual(forgetLine(['a', 'b'], 'a'), ['b']));

  it('reads any stored value', () => {
    assert.deepEqual(readRunHistory(['b', 1, null, 'a', 'b', {}]), ['b', 'a']);
    for (const kept of [null, 'ls', 5, { 0: 'ls' }]) assert.deepEqual(readRunHistory(kept), []);
  });

  it('stays short and without duplicates', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 200 }), lines => {
        const history = lines.reduce(rememberLine, readRunHistory([]));
        assert.ok(history.length <= 50);
        assert.equal(new Set(history).size, history.length);
        assert.deepEqual(readRunHistory(history), history);
      }),
    );
  });
});
