import assert from 'node:assert/strict';
import { pageQuery, readPage } from '../../../../src/api/control/pages';
import { ApiError } from '../../../../src/core/kernel/errors';

function next(body: Record<string, unknown>): string | undefined {
  return readPage({ sandboxes: [], ...body }, 'sandboxes').nextCursor;
}

describe('readPage', () => {
  it('reads the list under its own name or under `items`', () => {
    assert.deepEqual(readPage({ sandboxes: [1], items: [2] }, 'sandboxes').rows, [1]);
    assert.deepEqual(readPage({ items: [2] }, 'sandboxes').rows, [2]);
    assert.deepEqual(readPage({ sandboxes: null, items: [2] }, 'sandboxes').rows, [2]);
    assert.deepEqual(readPage({ sandboxes: [] }, 'sandboxes').rows, []);
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

  it('ends without a usable cursor', () => {
    for (const body of [
      {},
      { next_cursor: null },
      { next_cursor: '' },
      { next_cursor: 5 },
      { next_cursor: 'x'.repeat(10_000) },
      { pagination: { next: '/sandboxes' } },
      { pagination: null },
    ]) {
      assert.equal(next(body), undefined);
    }
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
