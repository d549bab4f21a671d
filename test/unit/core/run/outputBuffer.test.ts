import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputBuffer } from '../../../../src/core/run/output';

describe('a buffer of output', () => {
  it('keeps what fits', () => {
    const buffer = new OutputBuffer(100);
    for (const line of ['a', '', 'b', ' ']) buffer.add(line);
    assert.deepEqual([buffer.text(), buffer.last, buffer.dropped], ['a\n\nb\n \n', 'b', 0]);
  });

  it('has no last line when nothing was said', () => assert.equal(new OutputBuffer(10).last, ''));

  it('always holds the newest lines, within its bound, and counts the others', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 200 }), lines => {
        const buffer = new OutputBuffer(100);
        for (const line of lines) buffer.add(line);
        const kept = lines.slice(buffer.dropped);
        assert.equal(buffer.text(), kept.map(line => `${line}\n`).join(''));
        assert.ok(buffer.text().length <= 100 && (lines.length === 0 || kept.length > 0));
      }),
    );
  });
});
