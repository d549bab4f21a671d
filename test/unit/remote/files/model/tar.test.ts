import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readTar, TarError, type TarEntry } from '../../../../../src/remote/files/model/tarReader';
import {
  tarEnd,
  tarEntrySize,
  tarHeader,
  tarPadding,
  type TarHeader,
} from '../../../../../src/remote/files/model/tarWriter';

interface Item extends TarHeader {
  readonly content: Uint8Array;
}

function item(path: string, content = '', more: Partial<TarHeader> = {}): Item {
  const bytes = Buffer.from(content);
  return {
    path,
    type: 'file',
    size: bytes.length,
    mode: 0o644,
    modifiedAtMs: 1_700_000_000_000,
    content: bytes,
    ...more,
  };
}

function archive(items: readonly Item[]): Buffer {
  return Buffer.concat([
    ...items.flatMap(each => [tarHeader(each), each.content, new Uint8Array(tarPadding(each.size))]),
    tarEnd(),
  ]);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

type Read = Omit<TarEntry, 'body'> & { readonly content: string };

async function read(bytes: Uint8Array, size = 1000): Promise<readonly Read[]> {
  const found: Read[] = [];
  for await (const { body, ...entry } of readTar(pieces(bytes, size))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
    found.push({ ...entry, content: Buffer.concat(chunks).toString() });
  }
  return found;
}

const longName = `${'ä'.repeat(90)}/${'n'.repeat(200)}`;

describe('tar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tl-tar-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads what it wrote, with any names and any chunks', async () => {
    const entries = fc.array(
      fc.record({
        path: fc
          .string({ unit: 'binary', minLength: 1, maxLength: 150 })
          .filter(
            path => !path.includes('\0') && !path.endsWith('/') && Buffer.from(path).toString() === path,
          ),
        content: fc.string({ maxLength: 2000 }),
        mode: fc.integer({ min: 0, max: 0o777 }),
      }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 3000 }), async (list, size) => {
        const items = list.map(({ path, content, mode }) => item(path, content, { mode }));
        const bytes = archive(items);
        assert.equal(
          bytes.length,
          items.reduce((sum, each) => sum + tarEntrySize(each), tarEnd().length),
        );
        assert.deepEqual(
          (await read(bytes, size)).map(({ path, content, mode }) => ({ path, content, mode })),
          list.map(each => ({ ...each })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('writes archives that the system tar unpacks', () => {
    const file = join(folder, 'ours.tar');
    writeFileSync(
      file,
      archive([
        item('dir', '', { type: 'folder', mode: 0o755 }),
        item('dir/-x \n"q"', 'hello', { mode: 0o755 }),
        item('dir/link', '', { type: 'link', linkTarget: '-x \n"q"' }),
        item(longName, 'long'),
      ]),
    );
    execFileSync('tar', ['-xf', file, '-C', folder]);
    assert.equal(readFileSync(join(folder, 'dir', '-x \n"q"'), 'utf8'), 'hello');
    assert.equal(statSync(join(folder, 'dir', '-x \n"q"')).mode & 0o777, 0o755);
    assert.equal(readlinkSync(join(folder, 'dir', 'link')), '-x \n"q"');
    assert.equal(readFileSync(join(folder, longName), 'utf8'), 'long');
  });

  for (const format of ['v7', 'ustar', 'gnu', 'pax'])
    it(`reads what the system tar writes as ${format}`, async () => {
      const name =
        format === 'v7' ? 'short' : format === 'ustar' ? `${'d'.repeat(90)}/${'f'.repeat(90)}` : longName;
      const place = join(folder, format);
      execFileSync('mkdir', ['-p', join(place, name, '..')]);
      writeFileSync(join(place, name), 'content');
      execFileSync('ln', ['-s', name.slice(-90), join(place, 'link')]);
      const bytes = execFileSync('tar', ['-c', `--format=${format}`, '-C', place, '.']);
      const entries = await read(bytes, 777);
      assert.equal(entries.find(entry => entry.path === `./${name}`)?.content, 'content');
      const link = entries.find(entry => entry.path === './link');
      assert.deepEqual([link?.type, link?.linkTarget], ['link', name.slice(-90)]);
    });

  it('skips content that is not read', async () => {
    const bytes = archive([item('a', 'x'.repeat(5000)), item('b', 'y')]);
    const paths: string[] = [];
    for await (const { path } of readTar(pieces(bytes, 100))) paths.push(path);
    assert.deepEqual(paths, ['a', 'b']);
  });

  it('reports an archive that is cut off or damaged', async () => {
    const bytes = archive([item('a', 'x'.repeat(5000))]);
    for (const length of [0, 100, 512, 3000, 512 + 5000])
      await assert.rejects(read(bytes.subarray(0, length)), (error: unknown) => {
        return error instanceof TarError && error.reason === 'cut';
      });
    for (const bad of [
      Buffer.alloc(1024, 'x'),
      Buffer.concat([bytes.subarray(0, 10), Buffer.from('!'), bytes.subarray(11)]),
    ])
      await assert.rejects(
        read(bad),
        (error: unknown) => error instanceof TarError && error.reason === 'damaged',
      );
  });

  it('never throws another error, for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.nat(511), async (noise, at) => {
        const bytes = Buffer.from(archive([item('a', 'xyz'), item(longName)]));
        bytes.set(noise.subarray(0, bytes.length - at), at);
        await read(bytes).catch((error: unknown) => assert.ok(error instanceof TarError, String(error)));
      }),
      { numRuns: 100 },
    );
  });

  it('encodes sizes over 8 GiB like other programs', () => {
    const header = tarHeader(item('big', '', { size: 9 * 1024 ** 3 }));
    assert.equal(header[124], 0x80);
    assert.equal(Buffer.from(header).readUIntBE(130, 6), 9 * 1024 ** 3);
  });
});
