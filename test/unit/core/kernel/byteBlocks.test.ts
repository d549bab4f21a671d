import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteBlocks } from '../../../../src/core/kernel/byteBlocks';

describe('ByteBlocks', () => {
  it('gives back what it got, in order, however it is cut and taken', () => {
    const step = fc.oneof(
      fc.record({ push: fc.oneof(fc.nat(300), fc.constantFrom(65_535, 65_536, 70_000)) }),
      fc.constant('shift' as const),
      fc.constant('takeAll' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const blocks = new ByteBlocks();
        let pushed = 0;
        const given: Uint8Array[] = [];
        const wanted: Uint8Array[] = [];
        for (const each of steps) {
          if (each === 'shift') given.push(blocks.shift() ?? new Uint8Array());
          else if (each === 'takeAll') given.push(blocks.takeAll());
          else {
            const piece = Buffer.alloc(each.push, (pushed += 1));
            blocks.push(piece);
            wanted.push(piece);
          }
          const left = Buffer.concat(wanted).length - Buffer.concat(given).length;
          assert.equal(blocks.length, left);
        }
        given.push(blocks.takeAll());
        assert.ok(Buffer.concat(given).equals(Buffer.concat(wanted)));
        assert.equal(blocks.shift(), undefined);
      }),
    );
  });

  it('joins small pieces', () => {
    const blocks = new ByteBlocks();
    for (let at = 0; at < 200_000; at += 1) blocks.push(Uint8Array.of(at & 0xff));
    let taken = 0;
    while (blocks.shift()) taken += 1;
    assert.equal(taken, 5);
  });
});
