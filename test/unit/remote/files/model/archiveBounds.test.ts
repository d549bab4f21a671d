import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalNames, safeParts } from '../../../../../src/remote/files/model/localNames';
import { readTar, TarError, type TarEntry } from '../../../../../src/remote/files/model/tarReader';
import { tarEnd, tarHeader, tarPadding } from '../../../../../src/remote/files/model/tarWriter';
import { assertLinear, assertStrain } from '../../../../support/strain';

/** A header with these bytes at these places, and the sum that belongs to them. */
function header(flag: string, size: number, more: Readonly<Record<number, Uint8Array>> = {}): Buffer {
  const block = Buffer.from(tarHeader({ path: 'name', type: 'file', size, mode: 0o644, modifiedAtMs: 0 }));
  block.write(flag, 156, 'latin1');
  for (const [at, bytes] of Object.entries(more)) block.set(bytes, Number(at));
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A pax header with one record, before the entry that it belongs to. */
function pax(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes;
  while (length !== bytes + String(length).length) length = bytes + String(length).length;
  const text = Buffer.from(`${length}${rest}`);
  return Buffer.concat([header('x', text.length), text, Buffer.alloc(tarPadding(text.length))]);
}

async function* once(...blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) yield await Promise.resolve(block);
}

async function read(...blocks: readonly Uint8Array[]): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of readTar(once(...blocks, tarEnd()))) entries.push(entry);
  return entries;
}

describe('bounds of an archive', () => {
  it('reads a little of a tail without end, and closes the source', async () => {
    let sent = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield header('0', 0);
        for (; sent < 1024; sent += 1) yield await Promise.resolve(new Uint8Array(64 * 1024));
      } finally {
        isClosed = true;
      }
    }
    const paths: string[] = [];
    for await (const { path } of readTar(endless())) paths.push(path);
    assert.deepEqual([paths, isClosed], [['name'], true]);
    assert.ok(sent <= 20, `${sent} chunks of 64 KiB were read`);
  });

  it('reads the padding that GNU tar writes', async () => {
    const [entry] = await read(header('0', 0), new Uint8Array(1024 * 1024));
    assert.equal(entry?.path, 'name');
  });

  for (const [name, blocks] of Object.entries({
    pax: (path: string) => [pax('path', path)],
    GNU: (path: string) => {
      const bytes = Buffer.from(`${path}\0`);
      return [header('L', bytes.length), bytes, Buffer.alloc(tarPadding(bytes.length))];
    },
  })) {
    it(`knows a path of 4,096 bytes, and cuts a longer one, which nobody takes for a path (${name})`, async () => {
      const longest = 'ä/'.repeat(1_365) + 'z';
      assert.equal(Buffer.byteLength(longest), 4_096);
      const [fits] = await read(...blocks(longest), header('0', 0));
      assert.equal(fits?.path, longest);
      for (const path of [`${longest}z`, `${'x/'.repeat(500_000)}end`, '\u00e4'.repeat(400_000)]) {
        const [entry] = await read(...blocks(path), header('0', 0));
        assert.ok(entry && entry.path.length <= 3 * 4_097, `${entry?.path.length} characters`);
        assert.equal(safeParts(entry.path), undefined);
      }
    });

    it(`reads names of a mebibyte one after the other (${name})`, async () => {
      const attack = [...blocks('\u00ff'.repeat(500_000)), header('0', 0)];
      await assertStrain(name, { mib: 24, turnMs: 200 }, async () => {
        assert.equal((await read(...Array.from({ length: 20 }, () => attack).flat())).length, 20);
      });
    });
  }

  it('refuses a name of more than a mebibyte before it is read', async () => {
    for (const flag of ['L', 'K', 'x', 'g'])
      await assert.rejects(
        read(header(flag, 1024 * 1024 + 1)),
        (error: unknown) => error instanceof TarError && error.reason === 'damaged',
        flag,
      );
  });

  it('takes times before 1970, and no time for one that no date can hold', async () => {
    const secondsBelowZero = (seconds: number): Buffer => {
      const field = Buffer.alloc(12, 0xff);
      field.writeInt32BE(-seconds, 8);
      return field;
    };
    const cases: readonly (readonly [string, readonly Buffer[], number])[] = [
      ['base 256', [header('0', 0, { 136: secondsBelowZero(86_400) })], -86_400_000],
      ['a minus', [header('0', 0, { 136: Buffer.from('-0000250600\0') })], -86_400_000],
      ['pax', [pax('mtime', '-86400.5'), header('0', 0)], -86_400_500],
      ['a time far off', [header('0', 0, { 136: Buffer.of(0x80, 0xff, 0xff, 0xff) })], 0],
      ['letters', [header('0', 0, { 136: Buffer.from('yesterday\0\0\0') })], 0],
      ['pax, far off', [pax('mtime', '1e300'), header('0', 0)], 0],
      ['pax, endless', [pax('mtime', '-Infinity'), header('0', 0)], 0],
      ['pax, letters', [pax('mtime', 'now'), header('0', 0)], 0],
    ];
    for (const [what, blocks, ms] of cases) {
      const [entry] = await read(...blocks);
      assert.equal(entry?.modifiedAtMs, ms, what);
    }
    const folder = mkdtempSync(join(tmpdir(), 'tl-old-'));
    try {
      writeFileSync(join(folder, 'old'), 'x');
      utimesSync(join(folder, 'old'), new Date(-1e9), new Date(-1e9));
      for (const format of ['gnu', 'pax']) {
        const bytes = execFileSync('tar', ['-c', `--format=${format}`, '-C', folder, 'old']);
        const [entry] = await read(bytes);
        assert.equal(entry?.modifiedAtMs, -1_000_000_000, format);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses sizes that are none', async () => {
    const sizes: readonly (readonly [string, readonly Buffer[]])[] = [
      ['below zero', [header('0', 0, { 124: Buffer.alloc(12, 0xff) })]],
      ['beyond counting', [header('0', 0, { 124: Buffer.of(0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) })]],
      ['with a minus', [header('0', 0, { 124: Buffer.from('-0000000010\0') })]],
      ['pax, below zero', [pax('size', '-1'), header('0', 0)]],
      ['pax, beyond counting', [pax('size', '9'.repeat(16)), header('0', 0)]],
    ];
    for (const [what, blocks] of sizes)
      await assert.rejects(read(...blocks), (error: unknown) => error instanceof TarError, what);
    await assert.rejects(
      read(pax('size', '9'.repeat(15)), header('0', 0)),
      (error: unknown) => error instanceof TarError && error.reason === 'cut',
    );
  });
});

describe('bounds of local names', () => {
  it('splits paths of 4,096 bytes and 255 levels, and refuses longer ones', () => {
    assert.equal(safeParts('a/'.repeat(255))?.length, 255);
    assert.equal(safeParts('a/'.repeat(256)), undefined);
    assert.deepEqual(safeParts('x'.repeat(4_096)), ['x'.repeat(4_096)]);
    assert.equal(safeParts('x'.repeat(4_097)), undefined);
    assert.equal(safeParts('ä'.repeat(2_049)), undefined);
    assert.equal(safeParts('x'.repeat(10_000_000)), undefined);
  });

  for (const rules of ['linux', 'darwin', 'win32'] as const) {
    it(`shortens a name in linear time (${rules})`, () => {
      assertLinear('a long name', 40_000, length => {
        const [name = ''] = new LocalNames(rules).another('ä€😀'.repeat(length / 4)).parts;
        assert.ok(Buffer.byteLength(name) <= 4 * 255 && name.length > 50);
      });
    });

    it(`numbers names that are the same when shortened in linear time (${rules})`, () => {
      assertLinear('names', 1_000, count => {
        const names = new LocalNames(rules);
        const beginning = 'n'.repeat(300);
        const places = Array.from({ length: count }, (_, at) => names.place([`${beginning}${at}`]).parts[0]);
        assert.equal(new Set(places).size, count);
      });
    });
  }

  it('keeps the names alone alive, not what they were cut from', async () => {
    const names = new LocalNames('linux');
    await assertStrain('names', { mib: 32, turnMs: 2_000 }, async () => {
      for (let at = 0; at < 1_000; at += 1) {
        const path = Buffer.from(
          `${'folder'.repeat(5)}${at}/${'file'.repeat(9)}${at}/${'x'.repeat(100_000)}`,
        );
        names.place(path.toString().split('/').slice(0, 2));
      }
      await Promise.resolve();
    });
    assert.equal(names.count, 2_000);
    assert.deepEqual(names.find([`${'folder'.repeat(5)}7`, `${'file'.repeat(9)}7`])?.length, 2);
    assert.equal(names.find(['nobody']), undefined);
  });
});
