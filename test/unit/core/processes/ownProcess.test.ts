import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOwnCommandLine, isOwnProcess, ownScriptArgs } from '../../../../src/core/processes/ownProcess';
import { joinShellWords } from '../../../../src/core/kernel/formats/shellWords';

describe('processes of the extension itself', () => {
  const args = ownScriptArgs('printf "%s:%s" "$0" "$1"', ['a b']);

  it('run the script with its arguments, unchanged by the mark', () => {
    assert.equal(execFileSync('/bin/sh', [...args], { encoding: 'utf8' }), 'sh:a b');
  });

  it('are recognized by their arguments, which are all that the daemon reports', () => {
    assert.equal(isOwnProcess({ args }), true);
    for (const others of [[], ['-c'], ['-c', 'printf x'], ['x', args[1] ?? ''], args.slice(1)])
      assert.equal(isOwnProcess({ args: others }), false, others.join(' '));
  });

  it('are recognized in logs by their command line, quoted or not, complete or cut', () => {
    const joined = ['sh', ...args].join(' ');
    for (const line of [joined, `/bin/${joined}`, joinShellWords(['sh', ...args]), joined.slice(0, 60)])
      assert.equal(isOwnCommandLine(line), true, line);
  });

  it('have the mark, whoever starts them', () => {
    const root = join(__dirname, '..', '..', '..', '..', 'src');
    const callers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => ({ file, text: readFileSync(join(root, file), 'utf8') }))
      .filter(({ text }) => text.includes('.runToEnd('));
    assert.ok(callers.length > 0);
    for (const { file, text } of callers) assert.match(text, /args: ownScriptArgs\(/, file);
  });

  it('are not confused with processes of the user', () => {
    const [, script = ''] = args;
    for (const line of [
      '',
      'sh',
      'sh -c',
      'sh -c ls',
      `echo ${script}`,
      `bash -lc ${script}`,
      `sh -lc echo; ${script}`,
    ])
      assert.equal(isOwnCommandLine(line), false, line);
  });
});
