import assert from 'node:assert/strict';
import { deferred } from '../../../../src/core/kernel/async';
import { settle } from '../../../support/fakeClock';

describe('deferred', () => {
  it('resolves when told, and once', async () => {
    const { promise, resolve } = deferred<number>();
    const seen: number[] = [];
    void promise.then(value => seen.push(value));
    await settle();
    assert.deepEqual(seen, []);
    resolve(1);
    resolve(2);
    assert.equal(await promise, 1);
    assert.deepEqual(seen, [1]);
  });
});
