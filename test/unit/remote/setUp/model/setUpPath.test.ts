import assert from 'node:assert/strict';
import { expandHome, isOfGit, withUnixLines } from '../../../../../src/remote/setUp/model/setUpPath';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the path of a set-up', () => {
  it('has the home folder of this machine for ~, and for nothing else', () => {
    const home = '/home/me';
    const cases: Readonly<Record<string, string>> = {
      '~': '/home/me',
      '~/set-up.sh': '/home/me/set-up.sh',
      '~\\set-up.sh': '/home/me\\set-up.sh',
      '~you/set-up.sh': '~you/set-up.sh',
      '/etc/~/x': '/etc/~/x',
      'set-up.sh': 'set-up.sh',
      '': '',
    };
    for (const [typed, path] of Object.entries(cases)) assert.equal(expandHome(typed, home), path, typed);
  });

  it('leaves the repository out that a folder is a working copy of, and what only looks like it in', () => {
    const paths = [
      'dotfiles',
      'dotfiles/.git',
      'dotfiles/.git/config',
      'dotfiles/.gitconfig',
      'dotfiles/a/.git',
    ];
    assert.deepEqual(paths.filter(isOfGit), ['dotfiles/.git', 'dotfiles/.git/config']);
  });
});

describe('a set-up script', () => {
  it('has the line ends of Unix', () => {
    assert.deepEqual(withUnixLines(bytes('#!/bin/sh\r\necho "a\rb"\r\n')), bytes('#!/bin/sh\necho "a\rb"\n'));
    assert.deepEqual(withUnixLines(bytes('echo\r')), bytes('echo\r'));
  });

  it('stays as it is where it is no text', () => {
    const program = new Uint8Array([0x7f, 0x45, 0, 0x0d, 0x0a]);
    assert.equal(withUnixLines(program), program);
  });
});
