import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputMask } from '../../../../../src/api/data/pty/outputMask';

const token = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1ff';
const key = 'tl_apiKey_0123456789abcdefghijklmnopqrstuvwxyz';

/** The masked output of chunks, with a check that no byte is added or lost. */
function shown(chunks: readonly string[], secrets: readonly string[] = [token, key]): string {
  const mask = new OutputMask(secrets);
  return chunks
    .map(chunk => {
      const bytes = mask.mask(Buffer.from(chunk, 'latin1'));
      assert.equal(bytes.length, chunk.length);
      return Buffer.from(bytes).toString('latin1');
    })
    .join('');
}

const stars = (text: string): string => '*'.repeat(text.length);

/** Cuts a text into chunks of at most `size`. */
function cut(text: string, size: number): readonly string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

describe('the mask of terminal output', () => {
  it('hides a secret in every encoding, and either half of it', () => {
    for (const secret of [token, key])
      for (const text of [secret, Buffer.from(secret).toString('base64')]) {
        assert.equal(shown([`a${text}b`]), `a${stars(text)}b`);
        const middle = Math.ceil(text.length / 2);
        for (const half of [text.slice(0, middle), text.slice(middle)])
          assert.equal(shown([`a${half}b`]), `a${stars(half)}b`);
      }
  });

  it('hides secrets in what shell integration would report to the editor', () => {
    const report = (text: string): string => `\x1b]633;E;echo ${text}\x07`;
    assert.equal(shown([report(token)]), report(stars(token)));
  });

  it('hides a secret split into any chunks, except for at most seven characters of its secret part', () => {
    for (const [secret, open] of [
      [token, 7],
      [key, 17],
    ] as const)
      for (let size = 1; size <= secret.length; size += 1) {
        const text = `before ${secret} after ${secret}`;
        const clear = shown(cut(text, size));
        for (let length = open + 1; length < secret.length; length += 1)
          assert.ok(!clear.includes(secret.slice(0, length)), `${size}: ${clear}`);
        assert.ok(!clear.includes(secret.slice(open)), `${size}: ${clear}`);
        assert.match(clear, /^before .+ after /);
      }
  });

  it('never delays output, and returns the same bytes when there is nothing to hide', () => {
    const mask = new OutputMask([token, key]);
    for (const text of ['$ ', '0', '0f1e2d3', '\x1b[31mtl_apiKey_\x1b[0m', 'é']) {
      const bytes = Buffer.from(text);
      assert.equal(mask.mask(bytes), bytes);
    }
    const bytes = Buffer.from(token);
    assert.equal(new OutputMask([]).mask(bytes), bytes);
    assert.equal(new OutputMask(['short']).mask(bytes), bytes);
  });

  it('does not modify its input', () => {
    const bytes = Buffer.from(token);
    new OutputMask([token]).mask(bytes);
    assert.equal(bytes.toString(), token);
  });

  it('changes only secrets, for any cut of the output', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constant(token),
      fc.constant(token.slice(0, 20)),
      fc.constant('0f1e'),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 40 }), (pieces, size) => {
        const text = Buffer.from(pieces.join('|')).toString('latin1');
        const clear = shown(cut(text, size), [token]);
        for (const [index, character] of Array.from(text).entries())
          assert.ok(clear[index] === character || clear[index] === '*');
        assert.ok(!clear.includes(token.slice(0, 32)));
      }),
    );
  });
});
