import assert from 'node:assert/strict';
import { SeenFiles, type Seen, type SeenStorage } from '../../../../../src/remote/files/model/seenFiles';

class Storage implements SeenStorage {
  private text = '{}';

  get(key: string): unknown {
    return (JSON.parse(this.text) as Record<string, unknown>)[key];
  }

  update(key: string, value: unknown): Promise<void> {
    this.text = JSON.stringify({ [key]: value });
    return Promise.resolve();
  }
}

const seen = (size: number): Seen => ({ stat: { size, modifiedAtMs: 1 }, digest: String(size) });

describe('SeenFiles', () => {
  it('remembers the read state of files with unsaved changes after a reload of the window', () => {
    const storage = new Storage();
    const before = new SeenFiles(storage);
    before.set('a', seen(1));
    before.set('b', seen(2));
    before.hasUnsaved('b');
    before.hasUnsaved('never read');
    const after = new SeenFiles(storage);
    assert.deepEqual([after.get('a'), after.get('b')], [undefined, seen(2)]);
    // Another file with changes does not remove the entry of a tab that was not shown yet.
    after.set('c', seen(3));
    after.hasUnsaved('c');
    assert.deepEqual(new SeenFiles(storage).get('b'), seen(2));
    after.set('b', seen(4));
    assert.equal(new SeenFiles(storage).get('b'), undefined);
    assert.deepEqual(after.get('b'), seen(4));
  });

  it('moves its entries when a folder is renamed', () => {
    const storage = new Storage();
    const files = new SeenFiles(storage);
    for (const key of ['d/a', 'd/b', 'dd']) files.set(key, seen(1));
    files.hasUnsaved('d/b');
    files.carry('d', 'e');
    assert.deepEqual(
      ['d/a', 'e/a', 'e/b', 'dd'].map(key => files.get(key) !== undefined),
      [false, true, true, true],
    );
    const after = new SeenFiles(storage);
    assert.deepEqual([after.get('e/a'), after.get('e/b')], [undefined, seen(1)]);
  });

  it('keeps a hundred at most, and ignores invalid entries', () => {
    const storage = new Storage();
    const files = new SeenFiles(storage);
    for (let at = 0; at <= 100; at += 1) {
      files.set(String(at), seen(at));
      files.hasUnsaved(String(at));
    }
    const after = new SeenFiles(storage);
    assert.deepEqual([after.get('0'), after.get('1')], [undefined, seen(1)]);
    void storage.update('tensorlake.files.unsaved', [['x', '1', 2, 'y'], 3]);
    assert.equal(new SeenFiles(storage).get('x'), undefined);
  });
});
