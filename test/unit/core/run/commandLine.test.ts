import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parseCommandLine } from '../../../../src/core/run/commandLine';
import { joinShellWords } from '../../../../src/core/kernel/formats/shellWords';

describe('a command line', () => {
  const programs: readonly (readonly [string, readonly string[]])[] = [
    ['ls -la', ['ls', '-la']],
    ['  npm   start ', ['npm', 'start']],
    [`python -c 'print("a; b | c")'`, ['python', '-c', 'print("a; b | c")']],
    ['echo "it is" a\\ b', ['echo', 'it is', 'a b']],
    ["echo '$HOME' \\$HOME", ['echo', '$HOME', '$HOME']],
    ['git log --format=%h', ['git', 'log', '--format=%h']],
    ['find . -exec rm {} \\;', ['find', '.', '-exec', 'rm', '{}', ';']],
    ['echo costs 5$', ['echo', 'costs', '5$']],
    ['echo a#b x~y', ['echo', 'a#b', 'x~y']],
  ];
  for (const [line, words] of programs)
    it(`runs ${line} as a program`, () => {
      const [command, ...args] = words;
      assert.deepEqual(parseCommandLine(line), { kind: 'program', command, args });
    });

  const shells = [
    'ls | wc -l',
    'make && ./run',
    'echo $HOME',
    'echo "$HOME"',
    'echo "`id`"',
    'echo ${x}',
    'ls *.ts',
    'ls file?',
    'cat < in > out',
    'sleep 5 &',
    'PORT=3000 npm start',
    'cd /tmp',
    'export A=1',
    'ls ~/src',
    '# nothing',
    'a\nb',
    'echo "a" ; b',
    '! true',
  ];
  for (const line of shells)
    it(`lets a shell run ${JSON.stringify(line)}`, () =>
      assert.deepEqual(parseCommandLine(line), { kind: 'shell', command: 'sh', args: ['-lc', line] }));

  it('reports what is missing', () => {
    for (const line of ['', '   ', "''"])
      assert.deepEqual(parseCommandLine(line), { kind: 'problem', problem: 'empty' });
    assert.deepEqual(parseCommandLine('echo "a'), { kind: 'problem', problem: 'openQuote' });
    assert.deepEqual(parseCommandLine('a | b \\'), { kind: 'problem', problem: 'trailingBackslash' });
  });

  it('keeps quoted words unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 })), args => {
        const parsed = parseCommandLine(joinShellWords(['prog', ...args]));
        assert.deepEqual(parsed, { kind: 'program', command: 'prog', args });
      }),
    );
  });

  it('never splits a line that a real shell would read differently', () => {
    const words = [
      'a',
      "'b c'",
      '"d e"',
      '\\$x',
      'f\\ g',
      "h'i'j",
      '"k\\"l"',
      'm=n',
      '{}',
      '5$',
      'o#p',
      '%q',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }), args => {
        const parsed = parseCommandLine(`printf '%s\\0' ${args.join(' ')}`);
        assert.ok(parsed.kind === 'program');
        const out = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${args.join(' ')}`], { encoding: 'utf8' });
        assert.deepEqual(out.split('\0').slice(0, -1), parsed.args.slice(1));
      }),
      { numRuns: 30 },
    );
  });
});
