import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { SandboxStore } from '../../../../src/core/list/store';
import { Emitter } from '../../../../src/core/kernel/event';
import { DefaultSandboxes } from '../../../../src/host/storage/defaultSandboxes';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { sandbox } from '../../../support/sandboxBuilder';

function account(key: string) {
  const endpoint = parseEndpoint('https://api.tensorlake.ai');
  if ('error' in endpoint) throw new Error(endpoint.error);
  return { endpoint: endpoint.ok, fingerprint: key.repeat(64) };
}

/** A window with a workspace of several folders. */
function open(memento: FakeMemento) {
  let folder = 'file:///one';
  const moves = new Emitter<void>();
  const store = new SandboxStore();
  const defaults = new DefaultSandboxes(memento, () => folder, store, moves.event);
  const changes: (readonly string[])[] = [];
  defaults.onDidChange(marked => changes.push([...marked]));
  const goTo = (other: string): void => {
    folder = other;
    moves.fire();
  };
  return { goTo, store, defaults, changes };
}

describe('DefaultSandboxes', () => {
  it('has one for each folder and account, and keeps them with the workspace', async () => {
    const memento = new FakeMemento();
    const { goTo, defaults } = open(memento);
    defaults.useSession(account('a'));
    await defaults.setHere('x');
    goTo('file:///two');
    assert.deepEqual([defaults.here, [...defaults.marked]], [undefined, []]);
    await defaults.setHere('y');
    defaults.useSession(account('b'));
    assert.deepEqual([defaults.here, [...defaults.marked]], [undefined, []]);
    await defaults.setHere('z');
    const later = open(memento);
    later.defaults.useSession(account('a'));
    assert.deepEqual([later.defaults.here, [...later.defaults.marked]], ['x', ['x']]);
    later.goTo('file:///two');
    assert.deepEqual([later.defaults.here, [...later.defaults.marked]], ['y', ['y']]);
    await later.defaults.setHere(undefined);
    later.defaults.useSession(account('b'));
    assert.equal(later.defaults.here, 'z');
    await later.defaults.setHere(undefined);
    later.defaults.useSession(account('a'));
    later.goTo('file:///one');
    await later.defaults.setHere(undefined);
    assert.deepEqual(memento.keys(), []);
  });

  it('tells of a change, and of nothing else', async () => {
    const { goTo, defaults, changes } = open(new FakeMemento());
    defaults.useSession(account('a'));
    await defaults.setHere('x');
    const { marked } = defaults;
    await defaults.setHere('x');
    assert.equal(defaults.marked, marked);
    await defaults.setHere('y');
    goTo('file:///two');
    goTo('file:///one');
    defaults.useSession(undefined);
    assert.deepEqual(changes, [['x'], ['y'], [], ['y'], []]);
  });

  it('forgets one that is gone, and not because a list cannot be read', async () => {
    const { store, defaults } = open(new FakeMemento());
    defaults.useSession(account('a'));
    await defaults.setHere('x');
    store.applyListing([sandbox({ id: 'x' })], 1, 1, 0);
    store.fail({ kind: 'network', message: 'no' });
    assert.equal(defaults.here, 'x');
    store.applyListing([], 2, 2, 1);
    assert.equal(defaults.here, 'x');
    store.applyListing([sandbox({ id: 'x', state: 'terminated' })], 3, 3, 0);
    assert.equal(defaults.here, undefined);
  });

  it('has none while nobody is signed in', async () => {
    const memento = new FakeMemento();
    const { defaults } = open(memento);
    await defaults.setHere('x');
    assert.deepEqual([defaults.here, memento.keys()], [undefined, []]);
  });
});
