import assert from 'node:assert/strict';
import { timings, withEmulator, type Client } from '../harness';

/** Follows the cursors from one end to the other and returns the ids page by page. */
async function walk(client: Client, query: string, by: 'next_cursor' | 'prev_cursor'): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await client.page(`?${query}${from}`);
    pages.push(page.sandboxes.map(({ id }) => id));
    cursor = page[by];
  } while (cursor !== null);
  return pages;
}

describe('emulator: list', () => {
  it(
    'pages forward and backward over the same order, newest first',
    withEmulator({ sandboxes: 25 }, async client => {
      const all = await client.page();
      assert.equal(all.sandboxes.length, 25);
      assert.equal(all.prev_cursor, null);
      assert.equal(all.next_cursor, null);
      const ids = all.sandboxes.map(({ id }) => id);
      const times = all.sandboxes.map(({ created_at }) => created_at);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a),
      );

      const forward = await walk(client, 'limit=10', 'next_cursor');
      assert.deepEqual(forward, [ids.slice(0, 10), ids.slice(10, 20), ids.slice(20)]);
      const backward = await walk(client, 'limit=10&direction=backward', 'prev_cursor');
      assert.deepEqual(backward, [ids.slice(15), ids.slice(5, 15), ids.slice(0, 5)]);
    }),
  );

  it(
    'gives each page the cursors to both of its neighbours',
    withEmulator({ sandboxes: 9 }, async client => {
      const first = await client.page('?limit=3');
      const second = await client.page(`?limit=3&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
      const back = `?limit=3&direction=backward&cursor=${encodeURIComponent(second.prev_cursor ?? '')}`;
      assert.deepEqual(await client.page(back), first);
      const past = await client.page(`?limit=6&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
      assert.equal(past.next_cursor, null);
      assert.equal(past.sandboxes.length, 6);
    }),
  );

  it(
    'neither repeats nor loses rows when sandboxes are created and terminated between pages',
    withEmulator({ sandboxes: 6 }, async client => {
      const before = await client.page();
      const first = await client.page('?limit=2');
      const newcomer = await client.create();
      const edge = first.sandboxes[1];
      assert.ok(edge);
      await client.expect(200, 'DELETE', `/sandboxes/${newcomer}`);
      await client.expect(200, 'DELETE', `/sandboxes/${edge.id}`);
      client.clock.advance(timings.archive);
      await client.refused(404, 'GET', `/sandboxes/${edge.id}`);
      const rest = await client.page(`?cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
      assert.deepEqual(
        rest.sandboxes.map(({ id }) => id),
        before.sandboxes.slice(2).map(({ id }) => id),
      );
    }),
  );

  it(
    'filters the running ones and pages through them',
    withEmulator({ sandboxes: 60 }, async client => {
      const all = await client.page();
      const running = all.sandboxes.filter(({ status }) => status === 'running').map(({ id }) => id);
      assert.ok(running.length > 4);
      const pages = await walk(client, 'limit=4&status=running', 'next_cursor');
      assert.deepEqual(pages.flat(), running);
      assert.ok(pages.every(page => page.length > 0));
    }),
  );

  it(
    'refuses invalid queries',
    withEmulator({}, async client => {
      for (const query of ['limit=0', 'limit=x', 'direction=up', 'status=suspended', 'cursor=nonsense']) {
        await client.refused(400, 'GET', `/sandboxes?${query}`);
      }
      await client.refused(400, 'GET', `/sandboxes?cursor=${Buffer.from('{}').toString('base64')}`);
    }),
  );

  it(
    'starts with 10,000 sandboxes and answers pages quickly',
    withEmulator({ sandboxes: 10_000 }, async client => {
      const startedAt = Date.now();
      const pages = await walk(client, 'limit=1000', 'next_cursor');
      const ids = pages.flat();
      assert.equal(new Set(ids).size, 10_000);
      assert.ok(Date.now() - startedAt < 3_000);
    }),
  );
});

describe('emulator: seeds', () => {
  it(
    'are a plausible dozen that keep their states',
    withEmulator({ sandboxes: 12 }, async client => {
      const { sandboxes } = await client.page();
      const count = (state: string) => sandboxes.filter(({ status }) => status === state).length;
      assert.deepEqual(
        ['running', 'pending', 'snapshotting', 'suspending', 'suspended', 'terminated'].map(count),
        [4, 1, 1, 1, 2, 3],
      );
      assert.ok(sandboxes.some(({ name, status }) => name === null && status === 'running'));
      const waiting = sandboxes.find(({ status }) => status === 'pending');
      assert.equal(waiting?.pending_reason, 'no_resources_available');
      assert.equal((await client.page('', '/archived-sandboxes')).sandboxes.length, 3);
      const { snapshots } = await client.expect(200, 'GET', '/snapshots');
      assert.ok(Array.isArray(snapshots) && snapshots.length === 5);
      // Transitions of other sandboxes change none of them.
      await client.create({ name: 'newcomer', timeout_secs: 86_400 });
      client.clock.advance(12 * 3_600_000);
      const after = (await client.page()).sandboxes.slice(1);
      assert.deepEqual(after, sandboxes);
    }),
  );

  it(
    'react to requests',
    withEmulator({ sandboxes: 12 }, async client => {
      await client.expect(200, 'DELETE', '/sandboxes/inference');
      await client.expect(202, 'POST', '/sandboxes/docs/resume');
      client.clock.advance(timings.boot);
      await client.is('gpu-train', 'running');
      await client.is('docs', 'running');
    }),
  );

  it(
    'include an unknown state on request',
    withEmulator({ sandboxes: 1, unknownState: true }, async client => {
      const { id } = await client.is('deep-sleep', 'hibernating');
      await client.expect(200, 'DELETE', `/sandboxes/${id}`);
    }),
  );
});
