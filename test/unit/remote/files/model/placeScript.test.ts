import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStat } from '../../../../../src/core/files/remoteEntry';
import { keptCode, placeScript } from '../../../../../src/remote/files/model/scripts';

/** A name that no quoting may break. */
const odd = '-rf $(touch x) \'a\' "b" \n c';

describe('placeScript', () => {
  let folder = '';
  let bin = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tl-place-'));
    bin = join(folder, 'bin');
    mkdirSync(bin);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Puts a program before those of the system, as a shell script. */
  function program(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  function place(name: string, content: string, systemPath = process.env['PATH'] ?? '') {
    const temporary = join(folder, '.new');
    writeFileSync(temporary, content);
    const args = [temporary, join(folder, name), '1', '1', '', '', '.copy'];
    const env = { ...process.env, PATH: `${bin}:${systemPath}`, LC_ALL: 'C' };
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', placeScript, 'sh', ...args], { env });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  const isBusy = `echo "mv: cannot move: Device or resource busy" >&2; exit 1`;
  const left = (): readonly string[] => readdirSync(folder).filter(name => name.startsWith('.'));

  it('replaces a file with one name', () => {
    const path = join(folder, odd);
    writeFileSync(path, 'before');
    const { ino } = statSync(path);
    const { status, stdout } = place(odd, 'after!');
    assert.equal(status, 0);
    assert.equal(readStat(stdout.trimEnd())?.size, 6);
    assert.equal(readFileSync(path, 'utf8'), 'after!');
    assert.notEqual(statSync(path).ino, ino);
    assert.deepEqual(left(), []);
  });

  it('overwrites a file with two names in place, so that both stay one file', () => {
    const path = join(folder, odd);
    writeFileSync(path, 'before');
    linkSync(path, join(folder, 'other'));
    const { status, stdout } = place(odd, 'after!');
    assert.equal(status, 0);
    assert.equal(readStat(stdout.trimEnd())?.size, 6);
    assert.equal(readFileSync(join(folder, 'other'), 'utf8'), 'after!');
    assert.equal(statSync(path).nlink, 2);
    assert.deepEqual(left(), []);
  });

  for (const has of ['cmp', 'cksum'] as const)
    it(`overwrites in place what is a mount, compared by ${has}`, () => {
      program('mv', isBusy);
      // All that the script needs but cmp.
      for (const name of ['cat', 'cp', 'rm', 'stat', 'chown', 'chmod', 'cksum', 'readlink'])
        program(name, `PATH=/usr/bin:/bin exec ${name} "$@"`);
      const path = join(folder, odd);
      writeFileSync(path, 'before', { mode: 0o640 });
      const { ino } = statSync(path);
      const { status, stderr } = place(odd, 'after!', has === 'cmp' ? process.env['PATH'] : '/nonexistent');
      assert.equal(status, 0, stderr);
      assert.equal(readFileSync(path, 'utf8'), 'after!');
      assert.equal(statSync(path).ino, ino);
      assert.equal(statSync(path).mode & 0o777, 0o640);
      assert.deepEqual(left(), []);
    });

  it('puts back what was there when the new content cannot be written', () => {
    program('mv', isBusy);
    program('cat', `case $1 in *.new) printf half; exit 1;; *) exec /bin/cat "$@";; esac`);
    writeFileSync(join(folder, odd), 'before');
    const { status } = place(odd, 'after!');
    assert.equal(status, 1);
    assert.equal(readFileSync(join(folder, odd), 'utf8'), 'before');
    assert.deepEqual(left(), []);
  });

  it('keeps the copy, and says where, when that fails too', () => {
    program('mv', isBusy);
    program('cat', 'printf half; exit 1');
    writeFileSync(join(folder, odd), 'before');
    const { status, stdout } = place(odd, 'after!');
    assert.equal(status, keptCode);
    assert.equal(stdout, join(folder, '.copy'));
    assert.equal(readFileSync(join(folder, '.copy'), 'utf8'), 'before');
    assert.equal(existsSync(join(folder, '.new')), false);
  });

  it('says what else keeps a file from being replaced', () => {
    program('mv', 'echo "mv: cannot move: Permission denied" >&2; exit 1');
    writeFileSync(join(folder, odd), 'before');
    const { status, stderr } = place(odd, 'after!');
    assert.equal(status, 1);
    assert.match(stderr, /Permission denied/);
    assert.equal(readFileSync(join(folder, odd), 'utf8'), 'before');
    assert.deepEqual(left(), []);
  });
});
