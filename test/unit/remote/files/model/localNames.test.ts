import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { LocalNames, safeParts, type NameRules } from '../../../../../src/remote/files/model/localNames';

const nasty = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    'CON',
    'nul.txt',
    'COM1',
    'a:b',
    'a\\b',
    '..\\..\\x',
    'x.',
    'x ',
    'A',
    'a',
    'ß',
    'SS',
    'é',
    'é',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }).map(text => text.replaceAll('/', '')),
);
const pathArbitrary = fc.array(nasty, { maxLength: 4 }).map(parts => parts.join('/'));

describe('safeParts', () => {
  const cases: readonly (readonly [path: string, parts: readonly string[] | undefined])[] = [
    ['a/b', ['a', 'b']],
    ['./a//b/', ['a', 'b']],
    ['.', []],
    ['/etc/passwd', undefined],
    ['../a', undefined],
    ['a/../../b', undefined],
    ['a\0b', undefined],
    ['..a/...', ['..a', '...']],
  ];
  for (const [path, parts] of cases)
    it(`splits ${JSON.stringify(path)}`, () => assert.deepEqual(safeParts(path), parts));
});

describe('LocalNames', () => {
  for (const rules of ['linux', 'darwin', 'win32'] satisfies NameRules[]) {
    const style = rules === 'win32' ? win32 : posix;
    const root = rules === 'win32' ? 'C:\\chosen' : '/chosen';

    it(`never leaves the chosen folder (${rules})`, () => {
      fc.assert(
        fc.property(pathArbitrary, path => {
          const parts = safeParts(path);
          if (!parts) return;
          const placed = new LocalNames(rules).place(parts).parts;
          const end = style.resolve(root, ...placed);
          assert.ok(end === root || end.startsWith(root + style.sep), end);
          assert.equal(placed.length, parts.length);
        }),
      );
    });

    it(`gives different paths different local names, and the same path the same one (${rules})`, () => {
      fc.assert(
        fc.property(fc.uniqueArray(pathArbitrary, { maxLength: 20 }), paths => {
          const names = new LocalNames(rules);
          const places = new Map<string, string>();
          for (const path of paths) {
            const parts = safeParts(path);
            if (!parts) continue;
            const placed = names.place(parts).parts.join('\0');
            const key = rules === 'linux' ? placed : placed.toUpperCase().toLowerCase();
            const before = places.get(key);
            assert.ok(before === undefined || before === parts.join('\0'), `${path} is where ${before} is`);
            places.set(key, parts.join('\0'));
            assert.equal(names.place(parts).parts.join('\0'), placed);
          }
        }),
      );
    });
  }

  it('keeps every name that is valid on Linux', () => {
    fc.assert(
      fc.property(pathArbitrary, path => {
        const parts = safeParts(path)?.filter(
          part => Buffer.byteLength(part) <= 255 && Buffer.from(part).toString() === part,
        );
        if (parts) assert.deepEqual(new LocalNames('linux').place(parts), { parts, isChanged: false });
      }),
    );
  });

  const onWindows: readonly (readonly [name: string, local: string])[] = [
    ['CON', '%43ON'],
    ['nul.txt', '%6Eul.txt'],
    ['com¹', '%63om¹'],
    ['console', 'console'],
    ['a:b', 'a%3Ab'],
    ['..\\x', '..%5Cx'],
    ['x. ', 'x%2E%20'],
    ['...', '%2E%2E%2E'],
    ['line\nfeed', 'line%0Afeed'],
    ['plain.txt', 'plain.txt'],
  ];
  for (const [name, local] of onWindows)
    it(`writes ${JSON.stringify(name)} as ${local} on Windows`, () => {
      assert.deepEqual(new LocalNames('win32').place([name]), { parts: [local], isChanged: name !== local });
    });

  it('numbers names that differ only in case, folders including their content', () => {
    const names = new LocalNames('darwin');
    assert.deepEqual(names.place(['Read.me']).parts, ['Read.me']);
    assert.deepEqual(names.place(['read.me']).parts, ['read (2).me']);
    assert.deepEqual(names.place(['Dir', 'a']).parts, ['Dir', 'a']);
    assert.deepEqual(names.place(['dir', 'a']).parts, ['dir (2)', 'a']);
    assert.deepEqual(names.place(['dir', 'b']).parts, ['dir (2)', 'b']);
  });
});
