import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatMemorySize, parseMemorySize } from '../../../../src/core/kernel/memorySize';

describe('sizes of memory and disk', () => {
  for (const [text, mebibytes] of [
    ['2g', 2048],
    ['512m', 512],
    ['4096', 4096],
    ['1.5 GB', 1536],
    ['2GiB', 2048],
    ['0.1t', 104_857.6],
  ] as const)
    it(`reads ${text}`, () => assert.equal(parseMemorySize(text), mebibytes));

  for (const text of ['', 'g', '2k', '-1', '2 g b', '1e3', '2gg'])
    it(`rejects "${text}"`, () => assert.equal(parseMemorySize(text), undefined));

  it('parses what it formats', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), size => assert.equal(parseMemorySize(formatMemorySize(size)), size)),
    );
  });
});
