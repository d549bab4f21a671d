import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import fc from 'fast-check';
import {
  LocalWriter,
  settleLocally,
  staysBelow,
  type WriteReport,
} from '../../../../../src/remote/files/transfer/localWriter';

type Entry = readonly [path: string, linkTarget?: string];

const signal = new AbortController().signal;

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('x'));
}

/** Writes an archive into a new folder, and returns the report. */
async function write(root: string, entries: readonly Entry[]): Promise<WriteReport> {
  mkdirSync(root);
  const writer = new LocalWriter(root);
  for (const [path, linkTarget = ''] of entries) {
    const type = path.endsWith('/') ? 'folder' : linkTarget === '' ? 'file' : 'link';
    // A damaged archive may have two entries for a path; the writer may refuse the second.
    await writer
      .write({ path, type, linkTarget, mode: 0o644, modifiedAtMs: 0, body: bytes() }, signal)
      .catch(() => undefined);
  }
  return await writer.finish();
}

/** The target of every link below a folder; for a broken link, the nearest existing folder. */
function ends(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true }).flatMap(entry => {
    const at = join(root, entry.name);
    if (entry.isDirectory()) return ends(at);
    if (!entry.isSymbolicLink()) return [];
    try {
      return [realpathSync.native(at)];
    } catch {
      return [nearest(join(realpathSync.native(root), readlinkSync(at)))];
    }
  });
}

function nearest(path: string): string {
  return existsSync(path) ? realpathSync.native(path) : nearest(dirname(path));
}

describe('LocalWriter', () => {
  let base = '';
  beforeEach(() => (base = realpathSync.native(mkdtempSync(join(tmpdir(), 'tl-writer-')))));
  afterEach(() => rmSync(base, { recursive: true, force: true }));
  const root = (): string => join(base, 'a', 'b', 'chosen');
  const isInside = (path: string): boolean => path === root() || path.startsWith(root() + sep);

  beforeEach(() => mkdirSync(dirname(root()), { recursive: true }));

  const attacks: Readonly<Record<string, readonly Entry[]>> = {
    'a link created through another one': [
      ['payload'],
      ['x', '.'],
      ['x/x/x/y', '../../..'],
      ['y/.profile', 'payload'],
    ],
    'a path up behind a link': [['d/e/'], ['d/e/up', '../..'], ['q', 'd/e/up/../../..']],
    'a path up behind a link that comes later': [
      ['q', 'a/b/c/../../..'],
      ['a', '.'],
      ['b', '.'],
      ['c', '.'],
    ],
    'a link for the folder itself': [['.', '..']],
    'more steps up than there are folders': [['d/'], ['d/l', '../..']],
    'an absolute path': [['l', '/etc/passwd']],
  };
  for (const [name, entries] of Object.entries(attacks))
    it(`stays in the folder despite ${name}`, async () => {
      await write(root(), entries);
      assert.deepEqual(readdirSync(join(base, 'a')), ['b']);
      assert.deepEqual(readdirSync(join(base, 'a', 'b')), ['chosen']);
      assert.deepEqual(
        ends(root()).filter(end => !isInside(end)),
        [],
      );
    });

  it('keeps links that stay below, and reports which it left out', async () => {
    const { leftOut, written } = await write(root(), [
      ['d/e/f'],
      ['d/up', '../d/e'],
      ['d/e/top', '../..'],
      ['down', './d//up/f'],
      ['broken', 'none'],
      ['out', '../x'],
    ]);
    assert.deepEqual(leftOut.names, ['out']);
    assert.equal(written, 5);
    assert.equal(realpathSync.native(join(root(), 'down')), join(root(), 'd', 'e', 'f'));
    assert.equal(realpathSync.native(join(root(), 'd/e/top')), root());
  });

  it('leaves out and names what is too long or too deep', async () => {
    const long = 'n'.repeat(1024 * 1024);
    const { leftOut, written } = await write(root(), [
      ['kept'],
      [long],
      ['d/'.repeat(300)],
      ['link', 't'.repeat(5_000)],
    ]);
    assert.equal(written, 1);
    assert.deepEqual(readdirSync(root()), ['kept']);
    assert.deepEqual(leftOut.count, 3);
    assert.ok(leftOut.names.every(name => name.length <= 201));
  });

  it('writes a file from before 1970, and one whose time no file system has', async () => {
    mkdirSync(root());
    const writer = new LocalWriter(root());
    const entry = { type: 'file', linkTarget: '', mode: 0o644 } as const;
    await writer.write({ ...entry, path: 'old', modifiedAtMs: -86_400_000, body: bytes() }, signal);
    await writer.write({ ...entry, path: 'never', modifiedAtMs: -8.64e15, body: bytes() }, signal);
    assert.equal((await writer.finish()).written, 2);
    assert.equal(statSync(join(root(), 'old')).mtimeMs, -86_400_000);
  });

  it('copies hard links of earlier files, and has names and copies admitted before they are made', async () => {
    mkdirSync(root());
    let admitted = 0;
    const writer = new LocalWriter(root(), amount => {
      admitted += amount;
      return admitted > 1_000_000 ? Promise.reject(new Error('enough')) : Promise.resolve();
    });
    const entry = { mode: 0o644, modifiedAtMs: 0, body: bytes() } as const;
    const link = { ...entry, type: 'hardLink', linkTarget: 'd/big' } as const;
    async function* big(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new Uint8Array(300_000));
    }
    await writer.write({ ...entry, path: 'd/big', type: 'file', linkTarget: '', body: big() }, signal);
    await writer.write({ ...link, path: 'd/one' }, signal);
    await writer.write({ ...link, path: 'two' }, signal);
    for (const linkTarget of ['none', '../d/big', 'd', '', 'same'])
      await writer.write({ ...link, path: 'same', linkTarget }, signal);
    assert.ok(admitted > 600_000 && admitted < 700_000, `${admitted} admitted`);
    await writer.write({ ...link, path: 'three' }, signal);
    await assert.rejects(writer.write({ ...link, path: 'four' }, signal), /enough/);
    const { written, leftOut } = await writer.finish();
    assert.deepEqual([written, leftOut.count], [4, 5]);
    assert.deepEqual(readdirSync(root()).sort(), ['d', 'three', 'two']);
    assert.equal(statSync(join(root(), 'd', 'one')).size, 300_000);
  });

  it('never leads outside, with any links in an archive, even when two are merged', async () => {
    const part = fc.constantFrom('a', 'b', 'c', '..', '.', 'a', 'b');
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'));
    const entry = fc.oneof(
      fc.tuple(path),
      fc.tuple(path.map(text => `${text}/`)),
      fc.tuple(path, path),
      fc.tuple(path, path),
    );
    const archive = fc.array(entry, { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(archive, archive, async (first, second) => {
        await write(root(), first);
        await write(join(base, 'second'), second);
        // Conflicting entries are refused.
        await settleLocally(join(base, 'second'), root()).catch(() => undefined);
        const outside = ends(root()).filter(end => !isInside(end));
        rmSync(root(), { recursive: true });
        rmSync(join(base, 'second'), { recursive: true, force: true });
        assert.deepEqual(outside, []);
      }),
      { numRuns: 150 },
    );
  });
});

describe('staysBelow', () => {
  const cases: readonly (readonly [target: string, depth: number, stays: boolean])[] = [
    ['a', 0, true],
    ['../a', 1, true],
    ['../../a', 1, false],
    ['..', 0, false],
    ['a/..', 0, false],
    ['', 3, false],
    ['/', 3, false],
    ['.', 0, true],
    ['..a/...', 0, true],
  ];
  for (const [target, depth, stays] of cases)
    it(`${stays ? 'takes' : 'refuses'} ${JSON.stringify(target)}, ${depth} below the top`, () =>
      assert.equal(staysBelow(target, depth), stays));
});
