import assert from 'node:assert/strict';
import { Catalog } from '../../../../src/api/control/catalog/catalog';
import { readTerminals } from '../../../../src/api/data/pty/terminalSchema';
import { PageMemory } from '../../../../src/api/control/pageMemory';
import { listBounds } from '../../../../src/core/kernel/listBounds';
import { repeated, startFlood } from '../../../support/flood/flood';
import { assertStrain } from '../../../support/strain';
import { clientOf, refused, transportOf } from '../http/box';
import { clientWith, FakeTransport, never } from '../http/fakeTransport';
import { resources } from './resources';

/** Time and memory of the bounds in docs/reliability.md that no other test measures. */
describe('bounds of lists and answers', function () {
  this.timeout(60_000);

  it('of 150,000 rows that cannot be read', async () => {
    const { sandboxes } = resources([{ json: { sandboxes: Array.from({ length: 150_000 }, () => 7) } }]);
    await assertStrain('unreadable rows', { mib: 60, turnMs: 200 }, async () => {
      const page = await sandboxes.listPage({}, never);
      assert.equal(page.badRowList.length, listBounds.badRowsNamed);
    });
  });

  it('of images on pages without end', async () => {
    const items = Array.from({ length: 20_000 }, (_, number) => ({
      id: `i${number}`,
      name: `image ${number}`,
    }));
    let pages = 0;
    const transport = new FakeTransport({});
    const text = JSON.stringify({ items, pagination: { next: 'NEXT' } });
    transport.request = () =>
      Promise.resolve({ status: 200, headers: {}, text: text.replace('NEXT', String((pages += 1))) });
    const catalog = new Catalog(clientWith(transport), {
      credential: () => 'key',
      introspect: () => Promise.resolve({ id: 'k', organizationId: 'o', projectId: 'p' }),
    });
    await assertStrain('images', { mib: 60, turnMs: 200 }, async () => {
      assert.equal((await catalog.images(never)).entries.length, listBounds.catalogEntries);
    });
    assert.ok(pages <= 3 * listBounds.catalogPages, `${pages} pages`);
  });

  it('of 100,000 terminals', async () => {
    const sessions = Array.from({ length: 100_000 }, (_, number) => ({
      session_id: `s${number}`,
      pid: number,
      command: 'bash',
      is_alive: true,
    }));
    await assertStrain('terminals', { mib: 24, turnMs: 200 }, async () => {
      readTerminals({ sessions });
      await new Promise(setImmediate);
    });
  });

  it('of pages that are remembered', async () => {
    const memory = new PageMemory<string>();
    // Texts of their own: equal ones would be kept once.
    const text = (page: number): string => `${page}`.padStart(8, '0').repeat(125_000);
    await assertStrain('pages', { mib: 48, turnMs: 200 }, async () => {
      for (let listing = 0; listing < 3; listing += 1)
        for (let page = 0; page < 40; page += 1)
          await memory.recall(page === 0 ? '' : `p${page}`, text(page), async () => {
            await new Promise(setImmediate);
            return 'read';
          });
    });
  });

  it('of an answer without end', async () => {
    const transport = transportOf();
    const server = await startFlood({
      head: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      repeated: repeated(Buffer.from(`1000\r\n${'[1,2,3],'.repeat(512)}\r\n`)),
    });
    try {
      await assertStrain('an answer', { mib: 100, turnMs: 200 }, async () => {
        const error = await refused('schema', clientOf(transport, server.origin).health(never));
        assert.equal(error.code, 'TOO_LARGE');
      });
    } finally {
      server.stop();
      transport.dispose();
    }
  });
});
