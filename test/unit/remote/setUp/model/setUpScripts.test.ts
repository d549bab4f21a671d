import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { homeScript } from '../../../../../src/remote/files/model/scripts';
import {
  folderArgs,
  isForShell,
  scriptArgs,
  setUpNames,
} from '../../../../../src/remote/setUp/model/setUpScripts';

describe('a set-up in a sandbox', () => {
  let home = '';
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'set-up-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  function put(path: string, content: string, mode = 0o644): void {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  function sh(args: readonly string[], env: Readonly<Record<string, string>> = { HOME: home }) {
    const options = { cwd: '/', env: { PATH: process.env['PATH'] ?? '', ...env }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync('sh', args, options);
    return { status, stdout, stderr };
  }

  function run(script: string) {
    put(setUpNames.script, script, 0o700);
    return sh(scriptArgs(new TextEncoder().encode(script), home));
  }

  it('runs a script in the home folder, by the interpreter that it names, and ends as it ends', () => {
    assert.deepEqual(run('#!/usr/bin/env bash\nset -o pipefail; pwd; exit 3\n'), {
      status: 3,
      stdout: `${home}\n`,
      stderr: '',
    });
  });

  it('runs where it was copied to, which is the home folder then, where the shell knows of none', () => {
    put(setUpNames.script, 'pwd; echo "$HOME"');
    assert.deepEqual(sh(scriptArgs(new Uint8Array(), home), {}), {
      status: 0,
      stdout: `${home}\n${home}\n`,
      stderr: '',
    });
    put('dotfiles/.bashrc', 'mine');
    assert.deepEqual(sh(folderArgs(home), {}), { status: 0, stdout: `${home}/.bashrc\n`, stderr: '' });
    assert.equal(sh(['-c', homeScript]).stdout, `${home}\n`);
    // Not where the shell happens to be, which is where it stays when it is to go home.
    assert.notEqual(sh(['-c', homeScript], {}).stdout, '/\n');
  });

  it('has the line ends of Unix where a shell reads it', () => {
    const paths = [
      'install',
      'script/setup',
      'lib/a.sh',
      '.bashrc',
      'setup/x',
      '.config/nvim/a.vim',
      'a.png',
    ];
    const isRead = (path: string): boolean => isForShell(`${setUpNames.folder}/${path}`);
    assert.deepEqual(paths.filter(isRead), ['install', 'script/setup', 'lib/a.sh', '.bashrc']);
  });

  it('takes one that names none for the shell', () => {
    assert.equal(run('echo "$HOME"').stdout, `${home}\n`);
  });

  it('runs the first installer of a folder in it, though nothing says that it may be run', () => {
    put('dotfiles/setup', '#!/bin/sh\nexit 9\n', 0o755);
    put('dotfiles/install.sh', '#!/bin/sh\npwd; touch "$HOME/installed"\n');
    const { status, stdout } = sh(folderArgs(home));
    assert.deepEqual([status, stdout], [0, `dotfiles/install.sh\n${home}/dotfiles\n`]);
    assert.ok(existsSync(join(home, 'installed')));
  });

  it('links what begins with a dot where there is no installer', () => {
    put('dotfiles/.bashrc', 'mine');
    put('dotfiles/README.md', 'not linked');
    put('dotfiles/.two words', 'too');
    put('.bashrc', 'of the image');
    const { status, stderr } = sh(folderArgs(home));
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(readFileSync(join(home, '.bashrc'), 'utf8'), 'mine');
    assert.equal(readlinkSync(join(home, '.two words')), join(home, 'dotfiles/.two words'));
    assert.ok(!existsSync(join(home, 'README.md')));
    // A second time it is the same.
    assert.equal(sh(folderArgs(home)).status, 0);
    assert.ok(!existsSync(join(home, 'dotfiles/.bashrc/.bashrc')));
  });

  it('links into a folder that is there, and never puts a file in the place of one', () => {
    put('dotfiles/.config/git/config', 'mine');
    put('dotfiles/.config/new/x', 'mine too');
    put('dotfiles/.cache', 'a file here');
    put('.config/git/ignore', 'of the image');
    put('.cache/kept', 'of the image');
    const { status, stderr } = sh(folderArgs(home));
    assert.deepEqual([status, stderr], [1, `${home}/.cache is a folder\n`]);
    assert.equal(readlinkSync(join(home, '.config/git/config')), join(home, 'dotfiles/.config/git/config'));
    assert.equal(readlinkSync(join(home, '.config/new')), join(home, 'dotfiles/.config/new'));
    assert.ok(existsSync(join(home, '.config/git/ignore')) && existsSync(join(home, '.cache/kept')));
  });
});
