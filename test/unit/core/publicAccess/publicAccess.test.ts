import assert from 'node:assert/strict';
import {
  claimOf,
  parseDeadlines,
  type PublicDeadline,
  publicAccessState,
  readPublicSpan,
} from '../../../../src/core/publicAccess/publicAccess';
import { sandbox } from '../../../support/sandboxBuilder';

const deadline: PublicDeadline = {
  sandboxId: 'a',
  name: 'api',
  endpoint: 'https://api.tensorlake.ai',
  account: 'fingerprint',
  profileId: 'default',
  profileName: 'default',
  closesAtMs: 1000,
};

describe('deadlines of public access', () => {
  it('belong to their account, and to its profile when its key was replaced', () => {
    assert.equal(claimOf(deadline, deadline), 'own');
    assert.equal(claimOf(deadline, { ...deadline, account: 'other' }), 'profile');
    assert.equal(claimOf(deadline, { ...deadline, account: 'other', profileId: 'prod' }), 'other');
    assert.equal(claimOf(deadline, { ...deadline, endpoint: 'http://localhost' }), 'other');
  });

  it('are read as they were written, without unreadable ones', () => {
    const failed = { ...deadline, sandboxId: 'b', failure: 'forbidden' };
    const kept: unknown = JSON.parse(JSON.stringify([deadline, failed]));
    assert.deepEqual(parseDeadlines(kept), [deadline, failed]);
    const incomplete = { ...deadline, account: undefined };
    const odd = [
      null,
      'x',
      incomplete,
      { ...deadline, closesAtMs: '1000' },
      { ...deadline, closesAtMs: null },
    ];
    assert.deepEqual(parseDeadlines(odd), []);
    for (const member of Object.keys(deadline))
      for (const value of [undefined, null, true, {}, member === 'closesAtMs' ? 'x' : 17])
        assert.deepEqual(parseDeadlines([{ ...deadline, [member]: value }]), [], member);
    for (const closesAtMs of [Infinity, NaN])
      assert.deepEqual(parseDeadlines([{ ...deadline, closesAtMs }]), []);
    assert.deepEqual(parseDeadlines([{ ...deadline, failure: 'no such kind' }]), [deadline]);
    for (const nothing of [undefined, null, {}, 'x']) assert.deepEqual(parseDeadlines(nothing), []);
  });

  it('give the state of public access', () => {
    const open = sandbox({ allowUnauthenticatedAccess: true, exposedPorts: [8080] });
    const at = (nowMs: number, more: object = {}) =>
      publicAccessState(open, { closesAtMs: 1000, ...more }, nowMs);
    assert.deepEqual(publicAccessState(open, undefined, 0), { kind: 'open' });
    assert.deepEqual(at(999), { kind: 'ahead', closesAtMs: 1000 });
    assert.deepEqual(at(1000), { kind: 'due', closesAtMs: 1000 });
    assert.deepEqual(at(1000, { failure: 'forbidden' }), {
      kind: 'failed',
      closesAtMs: 1000,
      failure: 'forbidden',
    });
    assert.deepEqual(at(1000, { waitsFor: 'prod' }), {
      kind: 'waiting',
      closesAtMs: 1000,
      profileName: 'prod',
    });
    assert.deepEqual(publicAccessState(sandbox(), { closesAtMs: 1000 }, 0), { kind: 'private' });
    const ended = { ...open, state: 'terminated' } as const;
    assert.deepEqual(publicAccessState(ended, { closesAtMs: 1000 }, 2000), { kind: 'open' });
  });
});

describe('a duration of public access', () => {
  it('is a number of seconds or a text such as 1h, within bounds', () => {
    const spans: readonly (readonly [unknown, number | undefined])[] = [
      [900, 900],
      ['45m', 2700],
      ['1h30m', 5400],
      ['90', 90],
      [0.2, 1],
      ['30d', 2_592_000],
      ['31d', undefined],
      [0, undefined],
      [-5, undefined],
      [Number.NaN, undefined],
      [Infinity, undefined],
      [true, undefined],
      [null, undefined],
      [[900], undefined],
      ['soon', undefined],
      ['', undefined],
      [true, undefined],
      [null, undefined],
    ];
    for (const [value, seconds] of spans) assert.equal(readPublicSpan(value), seconds, String(value));
  });
});
