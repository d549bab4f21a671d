import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Replay } from '../../../../../src/remote/terminal/model/replay';
import { assertLinear } from '../../../../support/strain';

function shown(replay: Replay, ...texts: readonly string[]): void {
  for (const text of texts) replay.shown(Buffer.from(text));
}

function take(replay: Replay, text: string): { readonly kind: string; readonly text?: string } {
  const replayed = replay.take(Buffer.from(text));
  return replayed.kind === 'wait'
    ? { kind: 'wait' }
    : { kind: replayed.kind, text: Buffer.from(replayed.bytes).toString() };
}

describe('Replay', () => {
  it('shows everything when nothing was shown before', () => {
    const replay = new Replay();
    replay.begin();
    assert.deepEqual(take(replay, 'all'), { kind: 'goOn', text: 'all' });
  });

  it('shows only new output, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
        fc.string(),
        fc.nat(),
        (before, news, cutAt) => {
          const replay = new Replay();
          shown(replay, ...before);
          replay.begin();
          const whole = Buffer.from(before.join('') + news);
          const cut = cutAt % (whole.length + 1);
          let seen = '';
          for (const piece of [whole.subarray(0, cut), whole.subarray(cut)]) {
            const replayed = replay.take(piece);
            if (replayed.kind !== 'wait') seen += Buffer.from(replayed.bytes).toString('latin1');
          }
          assert.equal(seen, Buffer.from(news).toString('latin1'));
        },
      ),
    );
  });

  it('finds its position in a replay without its beginning', () => {
    const replay = new Replay();
    const before = Array.from({ length: 200_000 }, (_, line) => `${line}\n`).join('');
    shown(replay, before);
    replay.begin();
    assert.deepEqual(take(replay, `${before.slice(-1_000_000)}more`), { kind: 'goOn', text: 'more' });
  });

  it('starts over when its position is not in the replay', () => {
    const replay = new Replay();
    shown(replay, 'before');
    replay.begin();
    assert.deepEqual(take(replay, 'other'), { kind: 'wait' });
    const settled = replay.settle();
    assert.equal(settled.kind, 'startOver');
    assert.equal(replay.isComparing, false);
  });

  it('does not wait for more than the size of a replay', () => {
    const replay = new Replay();
    shown(replay, 'before');
    replay.begin();
    assert.equal(take(replay, 'x'.repeat(1_100_000)).kind, 'wait');
    assert.equal(take(replay, 'x'.repeat(100_000)).kind, 'startOver');
  });

  it('does not change the screen without a replay', () => {
    const replay = new Replay();
    shown(replay, 'before');
    replay.begin();
    assert.equal(replay.settle().kind, 'goOn');
  });

  it('compares output that comes byte by byte, and repeats itself, in linear time', () => {
    assertLinear('a replay of single bytes', 20_000, amount => {
      const replay = new Replay();
      replay.shown(Buffer.concat([Buffer.alloc(20_000, 'a'), Buffer.from('b')]));
      replay.begin();
      for (let at = 0; at < amount; at += 1) assert.equal(replay.take(Buffer.from('a')).kind, 'wait');
      const settled = replay.settle();
      assert.ok(settled.kind === 'startOver' && settled.bytes.length === amount);
    });
  });
});
