import assert from 'node:assert/strict';
import { pageQuery, readPage, type WirePage } from '../../../../src/api/control/pages';
import { ApiError } from '../../../../src/core/kernel/errors';

function read(body: Record<string, unknown>): WirePage {
  return readPage({ sandboxes: [], ...body }, 'sandboxes');
}

function next(body: Record<string, unknown>): string | undefined {
  return read(body).nextCursor;
}

describe('readPage', () => {
  it('reads the list under its own name or under `items`', () => {
    assert.deepEqual(readPage({ sandboxes: [1], items: [2] }, 'sandboxes').rows, [1]);
    assert.deepEqual(readPage({ items: [2] }, 'sandboxes').rows, [2]);
    assert.deepEqual(readPage({ sandboxes: null, items: [2] }, 'sandboxes').rows, [2]);
    assert.deepEqual(readPage({ sandboxes: [] }, 'sandboxes').rows, []);
    assert.deepEqual(readPage({ sandboxes: [1], items: 1 }, 'sandboxes').rows, [1]);
    assert.deepEqual(readPage({ sandboxes: 1, items: [2] }, 'sandboxes').rows, [2]);
    assert.deepEqual(readPage({ sandboxes: [1], snapshots: 'x', pools: {} }, 'sandboxes').rows, [1]);
    assert.deepEqual(readPage({ snapshots: [3] }, 'snapshots').rows, [3]);
  });

  it('rejects everything else', () => {
    for (const body of [
      {},
      [],
      null,
      'x',
      { sandboxes: 'x' },
      { sandboxes: null },
      { items: null },
      { sandboxes: 1, items: [] },
      { snapshots: [] },
      { message: 'down' },
    ]) {
      assert.throws(
        () => readPage(body, 'sandboxes'),
        error => ApiError.is(error, 'schema'),
      );
    }
  });

  it('reads each form of the next page cursor', () => {
    assert.equal(next({ next_cursor: 'a+b=' }), 'cursor=a%2Bb%3D');
    assert.equal(next({ nextCursor: 'a' }), 'cursor=a');
    assert.equal(next({ nextToken: 'a' }), 'nextToken=a');
    assert.equal(next({ paginator: { next_token: 'a' } }), 'nextToken=a');
    assert.equal(next({ pagination: { next_cursor: 'a' } }), 'cursor=a');
    assert.equal(next({ pagination: { next: 'bare' } }), 'next=bare');
    assert.equal(next({ pagination: { next: '/sandboxes?cursor=a&limit=5#x' } }), 'cursor=a&limit=5');
    assert.equal(next({ pagination: { next: 'https://evil.test/steal?cursor=a' } }), 'cursor=a');
  });

  it('ends without a cursor', () => {
    for (const body of [
      {},
      { next_cursor: null },
      { next_cursor: '' },
      { next_cursor: false },
      { pagination: { next: null } },
      { pagination: null },
    ])
      assert.deepEqual(read(body), { rows: [], nextCursor: undefined, isTruncated: false });
  });

  it('is not at the end of the list when it cannot send the cursor back', () => {
    for (const body of [
      { next_cursor: 5 },
      { next_cursor: { page: 2 } },
      { next_cursor: ['a'] },
      { next_cursor: true },
      { next_cursor: 'x'.repeat(10_000) },
      { nextToken: 0 },
      { pagination: { next_cursor: 5 } },
      { pagination: { next: 'x'.repeat(10_000) } },
      { pagination: { next: '/sandboxes' } },
    ])
      assert.deepEqual(
        read(body),
        { rows: [], nextCursor: undefined, isTruncated: true },
        JSON.stringify(body),
      );
    assert.deepEqual(read({ next_cursor: 5, nextToken: 'a' }), {
      rows: [],
      nextCursor: 'nextToken=a',
      isTruncated: false,
    });
  });
});

describe('pageQuery', () => {
  it('keeps the filter and lets the cursor override it', () => {
    assert.equal(pageQuery({}), '');
    assert.equal(
      pageQuery({ limit: 5, runningOnly: true, direction: 'backward' }),
      'limit=5&direction=backward&status=running',
    );
    assert.equal(pageQuery({ limit: 5, cursor: 'cursor=a%3D&limit=9' }), 'limit=9&cursor=a%3D');
  });
});
