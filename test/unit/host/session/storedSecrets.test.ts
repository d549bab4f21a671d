import assert from 'node:assert/strict';
import type { SecretStoreLike } from '../../../../src/host/session/credentials';
import { StoredSecrets } from '../../../../src/host/session/storedSecrets';
import { FakeMemento } from '../../../support/storage/fakeMemento';

class FakeSecrets implements SecretStoreLike {
  readonly kept = new Map<string, string>();
  isBroken = false;
  readonly onDidChange = () => ({ dispose: () => undefined });
  get(name: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(name));
  }
  store(name: string, value: string): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('no keyring'));
    this.kept.set(name, value);
    return Promise.resolve();
  }
  delete(name: string): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('no keyring'));
    this.kept.delete(name);
    return Promise.resolve();
  }
}

describe('StoredSecrets', () => {
  let kept: FakeMemento;
  let store: FakeSecrets;
  let secrets: StoredSecrets;

  beforeEach(() => {
    kept = new FakeMemento();
    store = new FakeSecrets();
    secrets = new StoredSecrets(store, kept);
  });

  it('lists the names of stored secrets, also from another window, and stores no value', async () => {
    await secrets.store('a', 'secret-a');
    await new StoredSecrets(store, kept).store('b', 'secret-b');
    assert.deepEqual(await secrets.names(), ['a', 'b']);
    assert.equal(JSON.stringify([...kept.kept]).includes('secret-'), false);
  });

  it('removes a name with its secret', async () => {
    await secrets.store('a', 'x');
    await secrets.delete('a');
    assert.deepEqual(await secrets.names(), []);
    assert.equal(kept.kept.size + store.kept.size, 0);
  });

  it('adds the name of a secret from an earlier version when it is read', async () => {
    store.kept.set('old', 'x');
    assert.equal(await secrets.get('old'), 'x');
    assert.equal(await secrets.get('none'), undefined);
    assert.deepEqual(await secrets.names(), ['old']);
  });

  it('still lists a secret that could not be deleted', async () => {
    await secrets.store('a', 'x');
    store.isBroken = true;
    await assert.rejects(secrets.delete('a'));
    assert.deepEqual(await secrets.names(), ['a']);
  });

  it('uses the names that a newer editor lists, and its own when the editor refuses', async () => {
    await secrets.store('a', 'x');
    const listing = Object.assign(new FakeSecrets(), { keys: () => Promise.resolve(['a', 'b', 7]) });
    assert.deepEqual(await new StoredSecrets(listing, kept).names(), ['a', 'b']);
    const refusing = Object.assign(new FakeSecrets(), {
      keys: (): never => {
        throw new Error('proposed');
      },
    });
    assert.deepEqual(await new StoredSecrets(refusing, kept).names(), ['a']);
  });
});
