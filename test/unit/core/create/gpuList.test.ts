import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatGpus, parseGpus } from '../../../../src/core/create/gpuList';

describe('GPUs typed into one line', () => {
  it('are read with and without a count', () => {
    assert.deepEqual(parseGpus('H100'), [{ model: 'H100', count: 1 }]);
    assert.deepEqual(parseGpus('2 x A100-40GB, A10'), [
      { model: 'A100-40GB', count: 2 },
      { model: 'A10', count: 1 },
    ]);
    assert.deepEqual(parseGpus('2×T4'), [{ model: 'T4', count: 2 }]);
    assert.deepEqual(parseGpus('4 RTX-PRO-6000'), [{ model: 'RTX-PRO-6000', count: 4 }]);
    assert.deepEqual(parseGpus('x1'), [{ model: 'x1', count: 1 }]);
    assert.deepEqual(parseGpus(''), []);
    for (const text of ['2', 'two A10', '2 x', '-1 x A10']) assert.equal(parseGpus(text), undefined, text);
  });

  it('are formatted with a count only where there are several', () => {
    const gpus = [
      { model: 'A10', count: 1 },
      { model: 'H100', count: 2 },
    ];
    assert.equal(formatGpus(gpus), 'A10, 2 x H100');
  });

  it('are parsed as they are formatted', () => {
    const gpu = fc.record(
      { model: fc.stringMatching(/^[A-Z][A-Z0-9-]{0,10}$/), count: fc.nat(16) },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(fc.array(gpu), gpus => assert.deepEqual(parseGpus(formatGpus(gpus)), gpus)));
  });
});
