import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { shellArgs } from '../../../../../src/remote/terminal/model/shellArgs';

describe('arguments of a shell', () => {
  const shells = ['/bin/bash', '/bin/sh'].filter(shell => existsSync(shell));

  function inShell(shell: string, env: NodeJS.ProcessEnv): string {
    const input = 'echo "$0|$LC_ALL|$LC_CTYPE|$LANG"; printenv LANG || :';
    return execFileSync(shell, shellArgs(shell), {
      input,
      env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env },
    })
      .toString()
      .trim();
  }

  for (const shell of shells) {
    it(`${shell} gets a UTF-8 locale where there is none`, () => {
      assert.equal(inShell(shell, {}), `${shell}|||C.UTF-8\nC.UTF-8`);
      assert.equal(inShell(shell, { LANG: '' }), `${shell}|||C.UTF-8\nC.UTF-8`);
    });

    it(`${shell} keeps the locale of its image`, () => {
      assert.equal(inShell(shell, { LANG: 'C' }), `${shell}|||C\nC`);
      assert.equal(inShell(shell, { LC_ALL: 'POSIX' }), `${shell}|POSIX||`);
      assert.equal(inShell(shell, { LC_CTYPE: 'C' }), `${shell}||C|`);
    });
  }
});
