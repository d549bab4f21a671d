import assert from 'node:assert/strict';
import { livePins } from '../../../../src/core/list/order';
import { SandboxStore } from '../../../../src/core/list/store';
import { sandbox } from '../../../support/sandboxBuilder';

describe('livePins', () => {
  const pins = new Set(['a', 'ended', 'vanished']);

  function listed(badRows = 0): SandboxStore {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'ended', state: 'terminated' })], 1, 1, badRows);
    return store;
  }

  it('forgets what has ended and what the list names no more', () => {
    assert.deepEqual([...livePins(pins, listed().current)], ['a']);
  });

  it('returns the same set when nothing is gone', () => {
    const live = new Set(['a']);
    assert.equal(livePins(live, listed().current), live);
  });

  it('forgets nothing on the word of a list that is not there, old or partly unreadable', () => {
    const store = listed();
    store.fail({ kind: 'network', message: '' });
    assert.equal(livePins(pins, store.current), pins);
    store.reset({ kind: 'loading' });
    assert.equal(livePins(pins, store.current), pins);
    store.reset({ kind: 'signedOut' });
    assert.equal(livePins(pins, store.current), pins);
    assert.equal(livePins(pins, listed(1).current), pins);
  });
});
