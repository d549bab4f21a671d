import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longestShownLine, OutputBuffer, shownLine } from '../../../../src/core/run/output';
import { processorMs } from '../../../support/processorTime';
import { assertStrain } from '../../../support/strain';

const colours = new RegExp(String.raw`\u001b\[[\d;:]*m`, 'g');
const controls = /(?!\t)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Hostile output: parts of control sequences in any order, also unfinished. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '0;title',
        '\u0007',
        '\u001b\\',
        '\u009c',
        '\u009d52;c;',
        'P',
        'X',
        '\r',
      ),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b[2J',
        '\u001b[?1049h',
        '\u001b[6n',
        '\u001b]52;c;QQ==\u0007',
        '\u009b5i',
      ),
    ),
  )
  .map(parts => parts.join(''));

describe('output of a sandbox as it is shown', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['plain text', 'total 4\tüñ 😀', 'total 4\tüñ 😀'],
    ['colours', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['colours by semicolons and colons', '\u001b[38:2:1:2:3mx', '\u001b[38:2:1:2:3mx'],
    ['colours in their 8-bit form', '\u009b31mx', '\u001b[31mx'],
    ['no title', 'a\u001b]0;pwned\u0007b', 'ab'],
    ['no clipboard', 'a\u001b]52;c;cHduZWQ=\u001b\\b', 'ab'],
    ['no clipboard in its 8-bit form', 'a\u009d52;c;cHduZWQ=\u009cb', 'ab'],
    ['no unfinished string', 'a\u001b]52;c;cHduZWQ=', 'a'],
    ['no device control', 'a\u001bPq#1\u001b\\b', 'ab'],
    ['no clearing, cursor moves or reports', 'a\u001b[2J\u001b[1;1H\u001b[6n\u001b[?1049hb', 'ab'],
    ['no private colours', 'a\u001b[?31m\u001b[>4;2m\u001b[31 mb', 'ab'],
    ['no resetting', 'a\u001bcb\u001b(0c', 'abc'],
    ['no bells and backspaces', 'a\u0007\bb', 'ab'],
    ['no change of text direction', 'user\u202etxt.exe', 'usertxt.exe'],
    ['the last state of a progress bar', '10%\r50%\r100%', '100%'],
    ['a line with its carriage return', 'done\r', 'done'],
    ['a progress bar that ends in a colour', '99%\r\u001b[0m', '99%'],
    ['nothing', '', ''],
  ];
  for (const [what, line, shown] of cases)
    it(`keeps ${what}`, () => assert.deepEqual(shownLine(line, true), { text: shown, omitted: 0 }));

  it('removes colours where they cannot be shown', () =>
    assert.equal(shownLine('\u001b[1;31mred\u001b[0m', false).text, 'red'));

  it('reports how much of a long line is not shown', () => {
    const shown = shownLine('x'.repeat(longestShownLine + 5), true, 7);
    assert.equal(shown.text.length, longestShownLine);
    assert.equal(shown.omitted, 12);
  });

  it('removes everything that acts on a terminal, for any output', () => {
    fc.assert(
      fc.property(hostile, line => {
        const { text } = shownLine(line, true);
        assert.doesNotMatch(text.replace(colours, ''), controls);
        assert.doesNotMatch(shownLine(line, false).text, controls);
      }),
      { numRuns: 2_000 },
    );
  });

  it('removes it across lines that follow each other too', () => {
    fc.assert(
      fc.property(fc.array(hostile), lines => {
        const whole = lines.map(line => shownLine(line, true).text).join('\n');
        assert.doesNotMatch(whole.replace(colours, '').replaceAll('\n', ''), controls);
      }),
    );
  });

  it('does not change cleaned output again', () => {
    fc.assert(
      fc.property(hostile, line => {
        const once = shownLine(line, true).text;
        assert.equal(shownLine(once, true).text, once.replace(colours, '').trim() === '' ? '' : once);
      }),
    );
  });

  it('is fast on lines crafted to be slow', () => {
    const took = processorMs(() => {
      for (const piece of ['\u001b', '\u001b[', '\u001b]', '\r', '\u001b[1;'])
        shownLine(piece.repeat(1_000_000), true);
    });
    assert.ok(took < 2_000, `${took} ms`);
  });
});

describe('a buffer of output', () => {
  it('keeps what fits', () => {
    const buffer = new OutputBuffer(100);
    for (const line of ['a', '', 'b', ' ']) buffer.add(line);
    assert.deepEqual([buffer.text(), buffer.last, buffer.dropped], ['a\n\nb\n \n', 'b', 0]);
  });

  it('has no last line without output', () => assert.equal(new OutputBuffer(10).last, ''));

  it('always keeps the newest lines, within its limit, and counts the others', () => {
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

  it('keeps little of lines without end, whatever their length, and gives its text soon', async () => {
    for (const [name, line] of Object.entries({
      empty: '',
      short: 'yes',
      long: 'x'.repeat(longestShownLine),
    })) {
      const buffer = new OutputBuffer(1_000_000);
      await assertStrain(`lines that are ${name}`, { mib: 16, turnMs: 200 }, async () => {
        for (let batch = 0; batch < 15; batch += 1) {
          for (let count = 0; count < 10_000; count += 1) buffer.add(line);
          assert.ok(buffer.text().length <= 1_000_000);
          await new Promise(setImmediate);
        }
      });
    }
  }).timeout(60_000);
});
