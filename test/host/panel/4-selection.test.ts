import assert from 'node:assert/strict';
import { EventEmitter, type TreeView, type TreeViewSelectionChangeEvent } from 'vscode';
import { TreeSelection } from '../../../src/views/treeSelection';

/** A view that forgets the nodes that it draws anew until it has read them again, as VS Code does, and says nothing of it. */
class FakeView {
  private readonly changes = new EventEmitter<TreeViewSelectionChangeEvent<string>>();
  readonly onDidChangeSelection = this.changes.event;
  private lit: readonly string[] = [];
  unread: ReadonlySet<string> = new Set();

  get selection(): readonly string[] {
    return this.lit.filter(node => !this.unread.has(node));
  }

  select(...nodes: readonly string[]): void {
    this.lit = nodes;
    this.changes.fire({ selection: this.selection });
  }

  reveal(node: string): Promise<void> {
    this.select(node);
    return Promise.resolve();
  }
}

describe('what is selected in a view', () => {
  function made() {
    const view = new FakeView();
    const gone = new Set<string>();
    const selected = new TreeSelection(view as unknown as TreeView<string>, node => !gone.has(node));
    return { view, gone, selected };
  }

  it('is what is lit, also while the view draws it anew', () => {
    const { view, selected } = made();
    view.select('a', 'b');
    assert.deepEqual(selected.selection, ['a', 'b']);
    for (const unread of [['a'], ['b'], ['a', 'b'], []]) {
      view.unread = new Set(unread);
      assert.deepEqual([...selected.selection].sort(), ['a', 'b'], unread.join());
      assert.ok(selected.areSeveral);
    }
  });

  it('is nothing once the user selects nothing, or another', () => {
    const { view, selected } = made();
    view.select('a');
    view.select('b');
    view.unread = new Set(['a', 'b']);
    assert.deepEqual(selected.selection, ['b']);
    view.select();
    assert.deepEqual(selected.selection, []);
  });

  it('is not what the view does not show any more', () => {
    const { view, gone, selected } = made();
    view.select('a');
    view.unread = new Set(['a']);
    gone.add('a');
    assert.deepEqual(selected.selection, []);
  });

  it('is what was selected while the view drew it, once it is drawn', () => {
    const { view, selected } = made();
    view.unread = new Set(['a']);
    view.select('a');
    view.unread = new Set();
    assert.deepEqual(selected.selection, ['a']);
  });
});
