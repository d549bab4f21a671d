import assert from 'node:assert/strict';
import { KeyTargets } from '../../../../src/host/editor/keyTargets';

/** A tree with the keyboard on a row; what is toggled and revealed changes its selection, as in the editor. */
class FakeTree {
  focused: string | undefined;
  toggles = 0;

  constructor(public selection: readonly string[]) {}

  reveal(node: string): Promise<void> {
    this.selection = [node];
    return Promise.resolve();
  }

  async toggle(): Promise<void> {
    await Promise.resolve();
    const { focused, selection } = this;
    this.toggles += 1;
    if (focused === undefined) return;
    this.selection = selection.includes(focused)
      ? selection.filter(node => node !== focused)
      : [...selection, focused];
  }
}

function keysOf(tree: FakeTree): KeyTargets<string> {
  return new KeyTargets(tree, () => tree.toggle());
}

describe('KeyTargets', () => {
  it('finds the selected rows when the keyboard is on one of them, and leaves them selected', async () => {
    for (const focused of ['a', 'b']) {
      const tree = new FakeTree(['a', 'b']);
      tree.focused = focused;
      assert.deepEqual([...(await keysOf(tree).find())].sort(), ['a', 'b']);
      assert.deepEqual([...tree.selection].sort(), ['a', 'b']);
    }
  });

  it('finds the row under the keyboard alone when it is no selected one, and lights it alone', async () => {
    for (const selection of [[], ['a'], ['a', 'b']]) {
      const tree = new FakeTree(selection);
      tree.focused = 'c';
      assert.deepEqual(await keysOf(tree).find(), ['c']);
      assert.deepEqual(tree.selection, ['c']);
    }
  });

  it('finds what is selected when the keyboard is on no row, and undoes what it did to another list', async () => {
    const tree = new FakeTree(['a']);
    assert.deepEqual(await keysOf(tree).find(), ['a']);
    assert.equal(tree.toggles, 2);
  });

  it('looks for one key after the other, and says so meanwhile', async () => {
    const tree = new FakeTree(['a']);
    tree.focused = 'b';
    const keys = keysOf(tree);
    const both = Promise.all([keys.find(), keys.find()]);
    assert.equal(keys.isLooking, true);
    assert.deepEqual(await both, [['b'], ['b']]);
    assert.equal(keys.isLooking, false);
    assert.deepEqual(tree.selection, ['b']);
  });

  it('finds the next key after one that failed', async () => {
    const tree = new FakeTree(['a']);
    tree.focused = 'a';
    let fails = true;
    const keys = new KeyTargets<string>(tree, () => {
      if (fails) return Promise.reject(new Error('gone'));
      return tree.toggle();
    });
    await assert.rejects(keys.find(), /gone/);
    fails = false;
    assert.deepEqual(await keys.find(), ['a']);
  });
});
