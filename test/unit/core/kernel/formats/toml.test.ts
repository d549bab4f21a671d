import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readToml } from '../../../../../src/core/kernel/formats/toml';

/** As ordinary objects. */
function read(text: string): unknown {
  return JSON.parse(JSON.stringify(readToml(text)));
}

describe('readToml', () => {
  it('reads texts in tables, however names and texts are quoted', () => {
    assert.deepEqual(
      read(
        [
          '# a comment',
          'top = "a \\"b\\" \\u00e9" # another',
          '[ one . "two.three" ]',
          "key-1 = 'C:\\dir'\r",
          '"quoted key" = "#no comment"',
          '[one.four]',
          'five.six = "seven"',
          '["https://api.tensorlake.ai"]',
          'token = "t"',
        ].join('\n'),
      ),
      {
        top: 'a "b" é',
        one: {
          'two.three': { 'key-1': 'C:\\dir', 'quoted key': '#no comment' },
          four: { five: { six: 'seven' } },
        },
        'https://api.tensorlake.ai': { token: 't' },
      },
    );
  });

  it('leaves out what is no text, and what stands in a list of tables', () => {
    assert.deepEqual(
      read(
        ['n = 1', 'b = true', 'l = ["x"]', 't = { a = "b" }', 'open = "x', '[[list]]', 'a = "b"'].join('\n'),
      ),
      {},
    );
  });

  it('takes a name for a name', () => {
    const table = readToml('[__proto__]\npolluted = "yes"\n[constructor.prototype]\npolluted = "yes"');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.deepEqual(Object.keys(table), ['__proto__', 'constructor']);
  });

  it('reads any text without an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => void readToml(text)));
    const line = fc.constantFrom('[a]', '[a.b]', 'a = "b"', 'a.b = "c"', '[', ']', '=', '"', "'");
    fc.assert(fc.property(fc.array(line), lines => void readToml(lines.join('\n'))));
  });
});
