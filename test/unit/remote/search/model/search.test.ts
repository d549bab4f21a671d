import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SearchOutput, type SearchMatch } from '../../../../../src/remote/search/model/searchOutput';
import {
  searchArgs,
  searchScript,
  type SearchQuery,
} from '../../../../../src/remote/search/model/searchScript';

const plain: SearchQuery = { text: 'needle', isRegex: false, isCaseSensitive: false };

function read(lines: readonly string[], query: SearchQuery = plain): readonly SearchMatch[] {
  const output = new SearchOutput(query);
  return lines.map(line => output.read(line)).filter(match => match !== undefined);
}

describe('SearchOutput', () => {
  it('reads lines of ripgrep, with columns in bytes', () => {
    assert.deepEqual(read(['rg', '/a/b.txt\x1f12:10:größe: needle']), [
      { path: '/a/b.txt', line: 12, column: 7, text: 'größe: needle' },
    ]);
  });

  it('finds the column in lines of grep where the text is fixed', () => {
    const [match] = read(['grep', '/a\x1f3:a Needle: x\r']);
    assert.deepEqual(match, { path: '/a', line: 3, column: 2, text: 'a Needle: x' });
    const [regex] = read(['grep', '/a\x1f3:a needle'], { ...plain, isRegex: true });
    assert.equal(regex?.column, 0);
  });

  it('takes names with line breaks and colons, and leaves out what is none of its lines', () => {
    const lines = [
      'rg',
      '/a',
      'b:1:2:c\x1f1:1:needle',
      'rubbish',
      'relative\x1f1:1:x',
      '/a\x1fx:y',
      '/c\x1f2:1:needle',
    ];
    assert.deepEqual(
      read(lines).map(({ path }) => path),
      ['/a\nb:1:2:c', '/c'],
    );
    assert.deepEqual(read(['rg', ...Array.from({ length: 10_000 }, () => `/${'x'.repeat(100)}`)]), []);
  });
});

describe('searchScript', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tl-search-'));
    mkdirSync(join(folder, 'in', '.git'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    const odd = join(folder, 'in', "-rf $(touch x) 'q' \n new");
    writeFileSync(odd, 'one\na Needle here\n');
    writeFileSync(join(folder, 'in', '.hidden'), 'needle\nneedle 2\n');
    writeFileSync(join(folder, 'in', '.git', 'config'), 'needle');
    writeFileSync(join(folder, 'in', 'binary'), Buffer.from([0, 1, 2, ...Buffer.from('needle')]));
    writeFileSync(join(folder, 'in', 'long'), `${'x'.repeat(100_000)}needle\n`);
    symlinkSync('.', join(folder, 'in', 'circle'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function search(query: SearchQuery, most = 100, path = process.env['PATH'] ?? '') {
    const args = searchArgs(join(folder, 'in'), query, most);
    const env = { PATH: path, LC_ALL: 'C.UTF-8' };
    const { stdout } = spawnSync('/bin/sh', ['-c', searchScript, 'sh', ...args], { env });
    const lines = stdout.toString().split('\n').slice(0, -1);
    return {
      lines,
      found: read(lines, query).map(({ path: at, line }) => `${at.slice(folder.length)}:${line}`),
    };
  }

  /** A folder with the programs that the script needs, and those that are given as scripts. */
  function programs(name: string, own: Readonly<Record<string, string>>): string {
    const bin = join(folder, 'bin', name);
    mkdirSync(bin);
    const needed = ['tr', 'cut', 'head', 'grep', 'find', 'sh', 'cat'];
    for (const each of needed) own = { [each]: `exec env PATH=/usr/bin:/bin ${each} "$@"`, ...own };
    for (const [each, script] of Object.entries({ env: 'exec /usr/bin/env "$@"', ...own })) {
      writeFileSync(join(bin, each), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, each), 0o755);
    }
    return bin;
  }

  const odd = "/in/-rf $(touch x) 'q' \n new:2";

  it('finds by GNU grep what is text, whatever the name, without .git', function () {
    const bin = programs('gnu', {});
    if (!/GNU/.test(spawnSync('grep', ['--version']).stdout.toString())) this.skip();
    const { found, lines } = search(plain, 100, bin);
    assert.equal(lines[0], 'grep');
    assert.deepEqual([...found].sort(), [odd, '/in/.hidden:1', '/in/.hidden:2', '/in/long:1'].sort());
    assert.ok(lines.every(line => line.length <= 6000));
    assert.deepEqual(search({ ...plain, isCaseSensitive: true, text: 'Needle' }, 100, bin).found, [odd]);
    assert.deepEqual(search({ ...plain, isRegex: true, text: '^needle [0-9]+$' }, 100, bin).found, [
      '/in/.hidden:2',
    ]);
    assert.deepEqual(search({ ...plain, text: '-e' }, 100, bin).found, []);
  });

  it('finds by another grep, file by file', () => {
    const own = {
      grep: 'case $1 in --version) exit 0;; esac\nexec env PATH=/usr/bin:/bin grep "$@"',
      sh: 'exec /bin/sh "$@"',
    };
    const { found } = search(plain, 100, programs('other', own));
    for (const each of [odd, '/in/.hidden:1', '/in/.hidden:2', '/in/long:1'])
      assert.ok(found.includes(each), each);
    assert.equal(
      found.some(each => each.includes('.git')),
      false,
    );
  });

  it('prefers ripgrep, which is told the pattern as such and reads no settings', () => {
    const record = join(folder, 'arguments');
    const rg = `printf '%s\\n' "$@" > '${record}'; printf '/x\\0001:1:needle\\n'`;
    const bin = programs('rg', { rg });
    assert.deepEqual(search({ ...plain, text: '--pre=x' }, 100, bin).lines, ['rg', '/x\x1f1:1:needle']);
    const args = readFileSync(record, 'utf8').split('\n');
    assert.deepEqual(args.slice(-6, -1), ['-i', '-e', '--pre=x', '--', join(folder, 'in')]);
    assert.ok(args.includes('--no-config') && args.includes('-F'));
    assert.equal(args.includes('--no-ignore'), false);
  });

  it('prints no more lines than are wanted', () => {
    assert.equal(search(plain, 2).lines.length, 3);
  });
});
