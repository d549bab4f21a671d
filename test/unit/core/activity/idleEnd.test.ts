import assert from 'node:assert/strict';
import { idleEndOf } from '../../../../src/core/activity/idleEnd';
import { sandbox } from '../../../support/sandboxBuilder';

const ephemeral = { name: undefined, timeoutSecs: 600 };

describe('the end of an idle sandbox', () => {
  it('is known for an ephemeral one from its last traffic, and told three minutes ahead', () => {
    assert.deepEqual(idleEndOf(sandbox(ephemeral), 1_000_000), {
      atMs: 1_600_000,
      tellAtMs: 1_420_000,
      isFixed: false,
    });
  });

  it('is told half of its timeout ahead where that is short', () => {
    assert.deepEqual(idleEndOf(sandbox({ ...ephemeral, timeoutSecs: 60 }), 0), {
      atMs: 60_000,
      tellAtMs: 30_000,
      isFixed: false,
    });
  });

  it('counts from the creation where the timeout is a lifetime, whatever goes to it', () => {
    const { createdAtMs = 0, ...rest } = sandbox({ ...ephemeral, server: 'openSource' });
    assert.deepEqual(idleEndOf({ ...rest, createdAtMs }, createdAtMs + 500_000), {
      atMs: createdAtMs + 600_000,
      tellAtMs: createdAtMs + 420_000,
      isFixed: true,
    });
    assert.equal(idleEndOf(rest, 0), undefined);
    assert.equal(idleEndOf({ ...rest, createdAtMs, timeoutSecs: 0 }, 0), undefined);
  });

  for (const [why, overrides] of [
    ['has a name, and is suspended', { name: 'api-dev', timeoutSecs: 600 }],
    ['may stay for as long as the plan allows', { ...ephemeral, timeoutSecs: 0 }],
    ['has no timeout that is told', { ...ephemeral, timeoutSecs: undefined }],
    ['is suspended already', { ...ephemeral, state: 'suspended' }],
    ['has ended', { ...ephemeral, state: 'terminated' }],
  ] as const)
    it(`is not known for one that ${why}`, () => assert.equal(idleEndOf(sandbox(overrides), 0), undefined));
});
