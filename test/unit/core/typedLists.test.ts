import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatGpus, parseGpus, parsePorts, splitList } from '../../../src/core/typedLists';

describe('lists typed into one line', () => {
  it('splits at commas, semicolons and blanks', () => {
    assert.deepEqual(splitList(' a, b;c  d,, '), ['a', 'b', 'c', 'd']);
    assert.deepEqual(splitList('  '), []);
  });

  it('reads ports and ranges of them', () => {
    assert.deepEqual(parsePorts('8080, 3000'), [8080, 3000]);
    assert.deepEqual(parsePorts('3000-3002 80'), [3000, 3001, 3002, 80]);
    assert.deepEqual(parsePorts('3000 - 3001'), [3000, 3001]);
    assert.deepEqual(parsePorts(''), []);
  });

  it('lets nothing pass for a port that is no number', () => {
    for (const text of ['http', '80.5', '-1', '0x50', '8e2', '3002-3000', '1-60000', '٣'])
      assert.ok(parsePorts(text).some(Number.isNaN), text);
  });

  it('reads GPUs with and without a count', () => {
    assert.deepEqual(parseGpus('H100'), [{ model: 'H100', count: 1 }]);
    assert.deepEqual(parseGpus('2 x A100-40GB, A10'), [
      { model: 'A100-40GB', count: 2 },
      { model: 'A10', count: 1 },
    ]);
    assert.deepEqual(parseGpus('2×T4'), [{ model: 'T4', count: 2 }]);
    assert.deepEqual(parseGpus('4 RTX-PRO-6000'), [{ model: 'RTX-PRO-6000', count: 4 }]);
    assert.deepEqual(parseGpus(''), []);
    for (const text of ['2', 'two A10', '2 x', '-1 x A10']) assert.equal(parseGpus(text), undefined, text);
  });

  it('reads the GPUs it writes', () => {
    const gpu = fc.record(
      { model: fc.stringMatching(/^[A-Z][A-Z0-9-]{0,10}$/), count: fc.nat(16) },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(fc.array(gpu), gpus => assert.deepEqual(parseGpus(formatGpus(gpus)), gpus)));
  });
});
