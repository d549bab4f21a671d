import assert from 'node:assert/strict';
import { ApiError, type ApiErrorKind } from '../../../../src/core/kernel/errors';
import { lookBoundMs } from '../../../../src/core/list/moves';
import { type Deletion, followDeletion } from '../../../../src/core/snapshots/deletion';
import { FakeClock } from '../../../support/fakeClock';
import { snapshot } from '../../../support/snapshotBuilder';

const never = new AbortController().signal;

/** Follows a deletion while reads return these statuses or kinds of failure; the last one repeats. */
async function follow(...answers: readonly (string | { readonly kind: ApiErrorKind })[]): Promise<Deletion> {
  const clock = new FakeClock();
  let reads = 0;
  const deletion = followDeletion(
    () => {
      const answer = answers[Math.min(reads++, answers.length - 1)] ?? 'completed';
      return typeof answer === 'string'
        ? Promise.resolve(snapshot({ status: answer }))
        : Promise.reject(new ApiError(answer.kind, ''));
    },
    clock,
    never,
  );
  deletion.catch(() => undefined);
  await clock.advance(lookBoundMs);
  return await deletion;
}

describe('followDeletion', () => {
  it('succeeds only when the snapshot is unknown, or is being deleted', async () => {
    assert.equal(await follow({ kind: 'notFound' }), 'deleted');
    assert.equal(await follow('deleting'), 'deleted');
    assert.equal(await follow('completed', 'completed', { kind: 'notFound' }), 'deleted');
    assert.equal(await follow({ kind: 'server' }, { kind: 'notFound' }), 'deleted');
  });

  it('reports that the snapshot still exists after ten seconds', async () => {
    assert.equal(await follow('completed'), 'there');
    assert.equal(await follow('completed', { kind: 'network' }), 'there');
  });

  it('reports when the snapshot cannot be read', async () => {
    for (const kind of ['network', 'timeout', 'server', 'schema', 'rateLimited'] as const)
      assert.equal(await follow({ kind }), 'unread');
  });

  it('rejects when the account may not read it', async () => {
    for (const kind of ['unauthenticated', 'forbidden', 'cancelled'] as const)
      await assert.rejects(follow({ kind }), error => ApiError.is(error, kind));
  });
});
