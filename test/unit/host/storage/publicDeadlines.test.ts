import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { PublicDeadlines } from '../../../../src/host/storage/publicDeadlines';
import type { SharedMementoLike } from '../../../../src/host/storage/mementos/mementoLike';
import { SharedMemento } from '../../../../src/host/storage/mementos/sharedMemento';
import { FakeClock } from '../../../support/fakeClock';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { SharedStorage } from '../../../support/storage/sharedStorage';
import { sandbox } from '../../../support/sandboxBuilder';

function account(key: string, profile = { id: 'default', name: 'default' }) {
  const endpoint = parseEndpoint('https://api.tensorlake.ai');
  if ('error' in endpoint) throw new Error(endpoint.error);
  return { endpoint: endpoint.ok, fingerprint: key.repeat(64), profile };
}

const mine = account('a');
const prod = account('b', { id: 'p', name: 'prod' });
const api = sandbox({ id: 'api' });

/** A window with an active account. */
function open(memento: Pick<SharedMementoLike, 'get' | 'change'>, session = mine) {
  const deadlines = new PublicDeadlines(memento, { now: () => 1000 });
  let changes = 0;
  deadlines.onDidChange(() => (changes += 1));
  deadlines.useSession(session);
  changes = 0;
  return {
    deadlines,
    ids: () => deadlines.mine().map(({ deadline }) => deadline.sandboxId),
    changes: () => changes,
  };
}

describe('PublicDeadlines', () => {
  it('are restored after a reload, and in other windows when they reread', async () => {
    const memento = new FakeMemento();
    const first = open(memento);
    const second = open(memento);
    await first.deadlines.set(mine, [api], 5000);
    assert.equal(first.changes(), 1);
    assert.deepEqual(second.ids(), []);
    second.deadlines.reread();
    assert.deepEqual([second.ids(), second.changes()], [['api'], 1]);
    assert.deepEqual(open(memento).deadlines.ends, new Map([['api', { closesAtMs: 5000 }]]));
  });

  it('contain no secret, and leave nothing behind', async () => {
    const memento = new FakeMemento();
    const { deadlines } = open(memento);
    await deadlines.set(mine, [api], 5000);
    assert.deepEqual(
      [...memento.kept.values()],
      [
        [
          {
            sandboxId: 'api',
            name: 'api',
            endpoint: 'https://api.tensorlake.ai',
            account: 'a'.repeat(16),
            profileId: 'default',
            profileName: 'default',
            closesAtMs: 5000,
            setAtMs: 1000,
          },
        ],
      ],
    );
    await deadlines.set(mine, [api], undefined);
    assert.equal(memento.kept.size, 0);
  });

  it('wait for their profile, and name it when another profile lists the sandbox', async () => {
    const memento = new FakeMemento();
    await open(memento, prod).deadlines.set(prod, [api], 5000);
    const { deadlines, ids } = open(memento);
    assert.deepEqual(ids(), []);
    assert.deepEqual(deadlines.ends.get('api'), { closesAtMs: 5000, waitsFor: 'prod' });
    deadlines.useSession(prod);
    assert.deepEqual(ids(), ['api']);
    assert.deepEqual(deadlines.ends.get('api'), { closesAtMs: 5000 });
    deadlines.useSession(undefined);
    assert.deepEqual([ids(), deadlines.ends.size], [[], 0]);
  });

  it('are claimed by profile after its key was replaced', async () => {
    const memento = new FakeMemento();
    await open(memento).deadlines.set(mine, [api], 5000);
    const { deadlines } = open(memento, account('c'));
    assert.deepEqual(
      deadlines.mine().map(({ claim }) => claim),
      ['profile'],
    );
  });

  it('are replaced by a later one for the same sandbox', async () => {
    const memento = new FakeMemento();
    const { deadlines } = open(memento, prod);
    await deadlines.set(mine, [api], 5000);
    await deadlines.set(prod, [api], 9000);
    await deadlines.set(prod, [sandbox({ id: 'docs' })], 7000);
    assert.deepEqual(
      [...deadlines.ends].map(([id, { closesAtMs }]) => [id, closesAtMs]),
      [
        ['api', 9000],
        ['docs', 7000],
      ],
    );
  });

  it('are not removed when they were changed meanwhile, and keep those of another window', async () => {
    const memento = new FakeMemento();
    const first = open(memento);
    const second = open(memento);
    await first.deadlines.set(mine, [api], 5000);
    const [before] = first.deadlines.mine();
    assert.ok(before);
    await second.deadlines.set(mine, [sandbox({ id: 'docs' })], 6000);
    await first.deadlines.set(mine, [api], 8000);
    await first.deadlines.forget(before.deadline);
    await first.deadlines.setFailure(before.deadline, 'forbidden');
    assert.deepEqual(
      [...first.deadlines.ends],
      [
        ['docs', { closesAtMs: 6000 }],
        ['api', { closesAtMs: 8000 }],
      ],
    );
  });

  it('have the failure of the last try, until it is cleared', async () => {
    const memento = new FakeMemento();
    const { deadlines } = open(memento);
    await deadlines.set(mine, [api], 5000);
    const [first] = deadlines.mine();
    assert.ok(first);
    await deadlines.setFailure(first.deadline, 'forbidden');
    assert.deepEqual(open(memento).deadlines.ends.get('api'), { closesAtMs: 5000, failure: 'forbidden' });
    await deadlines.setFailure(first.deadline, undefined);
    assert.deepEqual(deadlines.ends.get('api'), { closesAtMs: 5000 });
  });

  it('are not lost when two windows set and forget some at once', async () => {
    const clock = new FakeClock();
    const storage = new SharedStorage(clock);
    const mementos = [0, 0.5].map(random => new SharedMemento(storage.window(), clock, () => random));
    const look = (): Promise<void> => clock.advance(1000);
    const [one, two] = mementos.map(memento => open(memento));
    assert.ok(one && two);
    await one.deadlines.set(mine, [sandbox({ id: 'old' })], 4000);
    await look();
    two.deadlines.reread();
    const [old] = two.deadlines.mine();
    assert.ok(old);
    await Promise.all([
      one.deadlines.set(mine, [api], 5000),
      two.deadlines.set(mine, [sandbox({ id: 'docs' })], 6000),
      two.deadlines.forget(old.deadline),
    ]);
    await look();
    await look();
    for (const { deadlines } of [one, two]) {
      deadlines.reread();
      assert.deepEqual([...deadlines.ends.keys()].sort(), ['api', 'docs']);
    }
    for (const memento of mementos) memento.dispose();
  });

  it('are the same map until something in them changes', async () => {
    const { deadlines, changes } = open(new FakeMemento());
    await deadlines.set(mine, [api], 5000);
    const { ends } = deadlines;
    deadlines.reread();
    await deadlines.set(mine, [api], 5000);
    assert.deepEqual([deadlines.ends === ends, changes()], [true, 1]);
  });
});
