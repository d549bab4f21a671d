import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../src/api/http/errorText';

describe('redact', () => {
  it('removes a value in every spelling a server may echo', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string(), (secret, around) => {
        fc.pre(!'[redacted]'.includes(secret) && !around.includes(secret));
        for (const echo of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
          const clean = redact(`${around} ${echo} ${around}`, [secret]);
          fc.pre(!`${around}  ${around}[redacted]`.includes(secret));
          assert.ok(!clean.includes(secret));
        }
      }),
    );
  });

  it('removes values of credential headers and anything shaped like a key', () => {
    for (const [text, clean] of [
      ['authorization: Bearer abcdef', 'authorization: [redacted]'],
      ['{"Authorization":"Bearer abcdef","x":1}', '{"Authorization":"[redacted]","x":1}'],
      ['X-PTY-Token=abc; more', 'X-PTY-Token=[redacted]; more'],
      ['sent Bearer abc.def-ghi now', 'sent Bearer [redacted] now'],
      ['key tl_apiKey_abcDEF-1 and tl_pat_x', 'key [redacted] and [redacted]'],
      ['nothing to hide', 'nothing to hide'],
    ] as const) {
      assert.equal(redact(text), clean);
    }
  });

  it('is quick on long hostile text', () => {
    const started = performance.now();
    redact(`${'authorization: '.repeat(200_000)}${'bearer '.repeat(200_000)}`, ['secret']);
    assert.ok(performance.now() - started < 2000);
  });
});
