import assert from 'node:assert/strict';
import { clockSkewMs, type Lost, madeBy, type Sent, sentNow } from '../../../../src/core/create/lostCreate';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { FakeClock } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';

const atMs = Date.UTC(2026, 0, 15, 12);
const sent: Sent = { known: new Set(['old']), atMs };
const named: Lost = { kind: 'create', name: 'web' };
const ephemeral: Lost = { kind: 'create', name: undefined };
const claim: Lost = { kind: 'claim', poolId: 'pool' };
const copy: Lost = { kind: 'copy' };

/** A new sandbox, ephemeral unless `overrides` say otherwise. */
const made = (overrides: Partial<Sandbox> = {}): Sandbox =>
  sandbox({ id: 'new', name: undefined, createdAtMs: atMs, ...overrides });

const table: readonly (readonly [string, Lost, Sandbox, boolean])[] = [
  ['one with the name', named, made({ name: 'web' }), true],
  ['one with the name, created at any time', named, made({ name: 'web', createdAtMs: 1 }), true],
  ['one with another name', named, made({ name: 'api' }), false],
  ['one without a name', named, made(), false],
  ['one with the name that was known before', named, made({ id: 'old', name: 'web' }), false],
  ['one with the name that has terminated', named, made({ name: 'web', state: 'terminated' }), false],
  ['an ephemeral one', ephemeral, made(), true],
  [
    'an ephemeral one with a time from a slow clock',
    ephemeral,
    made({ createdAtMs: atMs - clockSkewMs }),
    true,
  ],
  ['an ephemeral one created before', ephemeral, made({ createdAtMs: atMs - clockSkewMs - 1 }), false],
  ['an ephemeral one without a time of creation', ephemeral, made({ createdAtMs: undefined }), false],
  ['an ephemeral one of a pool', ephemeral, made({ poolId: 'pool' }), false],
  ['a named one instead of an ephemeral one', ephemeral, made({ name: 'web' }), false],
  ['one of the pool', claim, made({ poolId: 'pool' }), true],
  ['one of another pool', claim, made({ poolId: 'other' }), false],
  ['one without a pool', claim, made(), false],
  ['one of the pool that was known before', claim, made({ id: 'old', poolId: 'pool' }), false],
  ['a copy', copy, made(), true],
  ['a copy with a name', copy, made({ name: 'web' }), false],
];

describe('sandboxes that a create without an answer may have made', () => {
  for (const [what, lost, found, isOurs] of table)
    it(`${isOurs ? 'include' : 'exclude'} ${what}, for a ${lost.kind}`, () =>
      assert.equal(madeBy([found], sent, lost).length === 1, isOurs));

  it('are as new as the request when the clock, which was ahead, was set right since', async () => {
    const clock = new FakeClock();
    const sentThen = sentNow(new Set(), clock);
    await clock.advance(1000);
    clock.setBy(-3_600_000);
    const found = made({ createdAtMs: clock.now() });
    assert.equal(madeBy([found], sentThen, ephemeral).length, 1);
    const older = made({ createdAtMs: clock.now() - clockSkewMs - 1001 });
    assert.equal(madeBy([older], sentThen, ephemeral).length, 0);
  });
});
