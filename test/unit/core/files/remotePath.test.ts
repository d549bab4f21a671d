import assert from 'node:assert/strict';
import { fileProblemOf } from '../../../../src/core/files/fileProblem';
import { readLinks, readStat, sortEntries } from '../../../../src/core/files/remoteEntry';
import {
  baseName,
  isWithin,
  joinPath,
  nameProblem,
  normalizePath,
  parentPath,
} from '../../../../src/core/files/remotePath';

describe('paths inside a sandbox', () => {
  it('are joined and split', () => {
    for (const [folder, name, path] of [
      ['/', 'a', '/a'],
      ['/a', 'b c', '/a/b c'],
    ] as const) {
      assert.equal(joinPath(folder, name), path);
      assert.equal(parentPath(path), folder);
      assert.equal(baseName(path), name);
    }
    assert.equal(parentPath('/'), '/');
    assert.equal(baseName('/'), '/');
  });

  it('tell whether one lies below another', () => {
    assert.ok(isWithin('/a', '/a'));
    assert.ok(isWithin('/a/b', '/a'));
    assert.ok(isWithin('/a', '/'));
    assert.equal(isWithin('/ab', '/a'), false);
    assert.equal(isWithin('/', '/a'), false);
  });

  const typed: readonly (readonly [text: string, path: string | undefined])[] = [
    ['/a//b/./c/', '/a/b/c'],
    ['/a/../../b', '/b'],
    ['/', '/'],
    ['a/b', undefined],
    ['/a\0', undefined],
  ];
  for (const [text, path] of typed)
    it(`normalizes ${JSON.stringify(text)} to ${path}`, () => assert.equal(normalizePath(text), path));

  const names: readonly (readonly [name: string, problem: ReturnType<typeof nameProblem>])[] = [
    ['a b\n"', undefined],
    ['-rf', undefined],
    ['', 'empty'],
    ['..', 'dots'],
    ['a/b', 'slash'],
    ['a\0', 'nul'],
    ['ä'.repeat(127), undefined],
    ['ä'.repeat(128), 'tooLong'],
  ];
  for (const [name, problem] of names)
    it(`finds ${problem ?? 'nothing'} wrong with ${JSON.stringify(name.slice(0, 10))}`, () =>
      assert.equal(nameProblem(name), problem));
});

describe('the output of file commands', () => {
  it('is parsed into files, folders and links', () => {
    assert.deepEqual(readStat('0 81a4 12 1700000000.123'), {
      type: 'file',
      size: 12,
      modifiedAtMs: 1_700_000_000_123,
      mode: 0o644,
    });
    assert.equal(readStat('0 81a4 12 -86400.500')?.modifiedAtMs, -86_400_500);
    assert.deepEqual(readStat('1 41ed 4096 1700000000\n'), {
      type: 'folder',
      size: 4096,
      modifiedAtMs: 1_700_000_000_000,
      link: 'folder',
      mode: 0o755,
    });
    assert.equal(readStat('2 a1ff 5 1700000000')?.link, 'nowhere');
    assert.equal(readStat('0 2190 0 1')?.type, 'other');
    for (const text of ['', 'stat: cannot', '0 81a4 12', '3 81a4 12 1'])
      assert.equal(readStat(text), undefined);
  });

  it('is parsed for links with any name', () => {
    assert.deepEqual(
      [...readLinks('d a b/\nf line\nfeed/\nb f x/\nf last/')],
      [
        ['a b', 'folder'],
        ['line\nfeed', 'file'],
        ['f x', 'nowhere'],
        ['last', 'file'],
      ],
    );
  });

  const words: readonly (readonly [text: string, problem: string])[] = [
    ["mkdir: cannot create directory '/a': File exists", 'exists'],
    ["stat: cannot statx '/a': No such file or directory", 'notFound'],
    ["mv: cannot move '/a' to a subdirectory of itself, '/a/b'", 'sameFile'],
    ["rmdir: failed to remove '/a': Directory not empty", 'notEmpty'],
    ['EACCES: permission denied', 'noPermission'],
    ["cp: cannot overwrite directory '/a' with non-directory", 'notFolder'],
    ["cp: error writing '/a': No space left on device", 'noSpace'],
    ["touch: cannot touch '/usr/a': Read-only file system", 'readOnly'],
    ['something else', 'other'],
  ];
  for (const [text, problem] of words)
    it(`reads "${text}" as ${problem}`, () => assert.equal(fileProblemOf(text), problem));

  it('is sorted like the explorer of the editor', () => {
    const entry = (name: string, more = {}) => ({ name, isDirectory: false, ...more });
    assert.deepEqual(
      sortEntries([
        entry('b10'),
        entry('B2'),
        entry('.a'),
        entry('z', { isDirectory: true }),
        entry('y', { link: 'folder' }),
        entry('x', { link: 'file' }),
      ]).map(({ name }) => name),
      ['y', 'z', '.a', 'B2', 'b10', 'x'],
    );
  });
});
