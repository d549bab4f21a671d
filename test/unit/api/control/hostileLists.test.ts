import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { listBounds } from '../../../../src/core/kernel/listBounds';
import { rowBounds } from '../../../../src/core/kernel/rowBounds';
import { type SandboxPage, readPages } from '../../../../src/core/list/polling/pageReading';
import { SandboxStore } from '../../../../src/core/list/store';
import { assertStrain } from '../../../support/strain';
import { never } from '../http/fakeTransport';
import { isKind, resources } from './resources';

const mib = 1024 * 1024;

/** Memory in use, in MiB, once all that can be freed is freed. */
function usedMib(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('The collector cannot be called');
  for (let times = 0; times < 3; times += 1) Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed / mib;
}

/** Reads a listing from a server that answers with these pages, one after the other, for ever. */
async function listFrom(pageText: (page: number) => string) {
  const { sandboxes, transport } = resources([{ text: '' }]);
  let page = 0;
  transport.request = () => Promise.resolve({ status: 200, headers: {}, text: pageText((page += 1)) });
  const read = (cursor: string | undefined): Promise<SandboxPage> =>
    sandboxes.listPage({ ...(cursor !== undefined && { cursor }) }, never);
  return readPages({ read, clock: { monotonic: () => 0 }, signal: never }, listBounds.pages);
}

describe('A list of the control plane', () => {
  it('of 150,000 rows on one page is read as far as 25,000', async () => {
    const rows = Array.from({ length: 150_000 }, (_, index) => ({ id: `r${index}` }));
    const { sandboxes, cut } = await listFrom(() => JSON.stringify({ sandboxes: rows }));
    assert.deepEqual([sandboxes.length, cut], [listBounds.pageRows, 'size']);
  });

  it('of 150,000 rows on one page does not stop anything else', async () => {
    // As many values as the service sends: parsed whole, they would be more than any answer may hold.
    const members = {
      state: 'running',
      name: 'n',
      image: 'i',
      resources: { cpus: 1, gpus: [] },
      ports: [1, 2],
    };
    const rows = Array.from({ length: 150_000 }, (_, index) => ({ id: `r${index}`, ...members }));
    const text = JSON.stringify({ sandboxes: rows });
    await assertStrain('150,000 rows', { mib: 100, turnMs: 120 }, async () => {
      const { sandboxes, cut } = await listFrom(() => text);
      assert.deepEqual([sandboxes.length, cut], [listBounds.pageRows, 'size']);
    });
  }).timeout(60_000);

  it('of 150,000 rows that cannot be read names few of them', async () => {
    const { sandboxes } = resources([{ json: { sandboxes: Array.from({ length: 150_000 }, () => 7) } }]);
    const page = await sandboxes.listPage({}, never);
    assert.deepEqual(
      [page.badRows, page.badRowList.length, page.isCut],
      [listBounds.pageRows, listBounds.badRowsNamed, true],
    );
  });

  it('with one row of 100,000 levels is read at each poll, and compared', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const text = (name: string): string =>
      `{"sandboxes":[{"id":"a","deep":${deep},"name":"${name}"},{"id":"b"}]}`;
    const store = new SandboxStore();
    for (const name of ['one', 'one', 'two']) {
      const { sandboxes, badRows } = await listFrom(() => text(name));
      store.applyListing(sandboxes, 0, 0, badRows);
      assert.deepEqual([...store.current.rows.keys()], ['a', 'b']);
      assert.equal(store.current.rows.get('a')?.sandbox.name, name);
    }
  });

  it('that never ends takes memory for its rows alone', async () => {
    // Texts of their own: equal ones would be kept once.
    const filler = (page: number, length: number): string =>
      String(page)
        .padStart(7, '0')
        .repeat(length / 7);
    const attacks: Readonly<Record<string, (page: number) => unknown>> = {
      'a large text': page => ({ id: `r${page}`, name: filler(page, 1_000_000) }),
      'many texts': page => ({ id: `r${page}`, list: Array.from({ length: 900 }, () => filler(page, 1000)) }),
      'many members': page => ({
        id: `r${page}`,
        members: Object.fromEntries(
          Array.from({ length: 900 }, (_, index) => [`k${page}.${index}`, `${page}.${index}.and more`]),
        ),
      }),
    };
    for (const [attack, row] of Object.entries(attacks)) {
      const before = usedMib();
      const listing = await listFrom(page =>
        JSON.stringify({ sandboxes: [row(page)], next_cursor: `c${page}` }),
      );
      const grown = usedMib() - before;
      assert.ok(grown < 100, `${attack}: ${grown} MiB for ${listing.sandboxes.length} rows`);
      assert.ok(listing.cut === 'size' || listing.cut === 'pages', listing.cut);
    }
  }).timeout(60_000);

  it('that goes on behind a cursor that cannot be sent says so', async () => {
    for (const cursor of [5, {}, 'x'.repeat(5000)]) {
      const { cut, sandboxes } = await listFrom(() =>
        JSON.stringify({ sandboxes: [{ id: 'a' }], next_cursor: cursor }),
      );
      assert.deepEqual([sandboxes.length, cut], [1, 'cursor']);
    }
  });

  it('is there although a member beside it is garbage', async () => {
    const { sandboxes, cut } = await listFrom(() => '{"sandboxes":[{"id":"a"}],"items":1}');
    assert.deepEqual([sandboxes.length, cut], [1, undefined]);
  });
});

describe('An answer about another', () => {
  const other = { json: { id: 'b', snapshot_id: 'b', pool_id: 'b', name: 'n' } };

  it('sandbox, snapshot or pool is no answer', async () => {
    const { sandboxes, snapshots, pools } = resources([other]);
    const isSchema = isKind('schema');
    await assert.rejects(sandboxes.get('a', never), isSchema);
    await assert.rejects(sandboxes.update('a', { name: 'n' }, never), isSchema);
    await assert.rejects(sandboxes.detachFileSystem('a', '/data', never), isSchema);
    await assert.rejects(sandboxes.getArchived('a', never), isSchema);
    await assert.rejects(snapshots.get('a', never), isSchema);
    await assert.rejects(pools.get('a', never), isSchema);
    assert.equal((await sandboxes.get('n', never)).id, 'b');
  });

  it('is one whose id is longer than a request line', async () => {
    const { sandboxes } = resources([{ json: { id: 'x'.repeat(rowBounds.idCharacters + 1) } }]);
    await assert.rejects(sandboxes.get('a', never), isKind('schema'));
  });
});
