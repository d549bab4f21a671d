import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { joinShellWords, splitShellWords } from '../../../../../src/core/kernel/formats/shellWords';

describe('shell words', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['bash -lc "npm start"', ['bash', '-lc', 'npm start']],
    ["echo 'it is' so", ['echo', 'it is', 'so']],
    ['a\\ b "c\\"d" "e\\f"', ['a b', 'c"d', 'e\\f']],
    ['\'\' ""', ['', '']],
    ['pre"mid dle"post', ['premid dlepost']],
    ['  spaced   out  ', ['spaced', 'out']],
    ['echo $HOME *', ['echo', '$HOME', '*']],
    ['', []],
  ];
  for (const [text, words] of cases)
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(splitShellWords(text), { words }));

  it('reports what is unfinished', () => {
    assert.deepEqual(splitShellWords('bash "-lc'), { problem: 'openQuote' });
    assert.deepEqual(splitShellWords("it's"), { problem: 'openQuote' });
    assert.deepEqual(splitShellWords('bash \\'), { problem: 'trailingBackslash' });
  });

  it('splits joined words into the same words', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), words =>
        assert.deepEqual(splitShellWords(joinShellWords(words)), { words }),
      ),
    );
  });

  it('joins as a real shell splits', () => {
    const words = ["it's", '$(whoami)', '`id`', 'a"b', 'new\nline', '\\', '*', '', '-n', '!x', '~'];
    const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${joinShellWords(words)}`], {
      encoding: 'utf8',
    });
    assert.deepEqual(out.split('\0').slice(0, -1), words);
  });
});
