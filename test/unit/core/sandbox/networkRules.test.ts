import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  badNetworkEntry,
  networkDifferences,
  networkEffect,
  splitEntries,
} from '../../../../src/core/sandbox/networkRules';
import type { NetworkPolicy } from '../../../../src/core/sandbox/sandbox';

function policy(overrides: Partial<NetworkPolicy> = {}): NetworkPolicy {
  return { allowInternetAccess: true, allowOut: [], denyOut: [], ...overrides };
}

const anyPolicy = fc.option(
  fc.record({
    allowInternetAccess: fc.boolean(),
    allowOut: fc.array(fc.constantFrom('a.com', 'b.com', '10.0.0.0/8')),
    denyOut: fc.array(fc.constantFrom('a.com', 'c.com')),
  }),
  { nil: undefined },
);

describe('network rules', () => {
  it('have one of four effects', () => {
    assert.equal(networkEffect(undefined), 'open');
    assert.equal(networkEffect(policy()), 'open');
    assert.equal(networkEffect(policy({ allowInternetAccess: false })), 'closed');
    assert.equal(networkEffect(policy({ allowInternetAccess: false, denyOut: ['a.com'] })), 'closed');
    assert.equal(networkEffect(policy({ allowOut: ['a.com'] })), 'only');
    assert.equal(networkEffect(policy({ allowInternetAccess: false, allowOut: ['a.com'] })), 'only');
    assert.equal(networkEffect(policy({ denyOut: ['a.com'] })), 'except');
  });

  it('list what a change removes and adds', () => {
    const before = policy({ allowOut: ['a.com', 'b.com'] });
    const after = policy({ allowInternetAccess: false, allowOut: ['b.com'], denyOut: ['a.com'] });
    assert.deepEqual(networkDifferences(before, after), [
      { sign: 'removed', rule: { kind: 'internet', isAllowed: true } },
      { sign: 'removed', rule: { kind: 'allow', entry: 'a.com' } },
      { sign: 'added', rule: { kind: 'internet', isAllowed: false } },
      { sign: 'added', rule: { kind: 'deny', entry: 'a.com' } },
    ]);
  });

  it('distinguish a removed policy from an empty one', () => {
    assert.deepEqual(networkDifferences(policy(), undefined), [
      { sign: 'removed', rule: { kind: 'internet', isAllowed: true } },
      { sign: 'added', rule: { kind: 'unrestricted' } },
    ]);
  });

  it('are equal regardless of order, repetition and the case of a host', () => {
    const before = policy({ allowOut: ['a.com', 'B.com'] });
    assert.deepEqual(networkDifferences(before, policy({ allowOut: ['b.com', 'a.com', 'a.com'] })), []);
  });

  it('have no difference from themselves, and the same differences in both directions', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (a, b) => {
        assert.deepEqual(networkDifferences(a, a), []);
        const there = networkDifferences(a, b).map(each => JSON.stringify(each.rule));
        const back = networkDifferences(b, a).map(each => JSON.stringify(each.rule));
        assert.deepEqual([...there].sort(), [...back].sort());
      }),
    );
  });

  it('are parsed with any separators', () => {
    assert.deepEqual(splitEntries(' a.com, 10.0.0.0/8;b.com\n a.com '), ['a.com', '10.0.0.0/8', 'b.com']);
    assert.deepEqual(splitEntries('  '), []);
  });

  it('report the first invalid entry', () => {
    assert.equal(badNetworkEntry(['a.com', 'http://b.com', '300.1.1.1']), 'http://b.com');
    assert.equal(badNetworkEntry(['a.com', '10.0.0.1', '10.0.0.0/8']), undefined);
  });
});
