import type { TreeView } from 'vscode';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { Emitter } from '../core/kernel/event';
import { tryEditorCommand } from '../host/editor/editorCommands';
import { KeyTargets } from '../host/editor/keyTargets';

/**
 * What is selected in a view, and what a key pressed in it acts on. While VS Code draws a part of a view anew, it tells
 * nothing of the nodes in it that are selected, though they stay lit: these are remembered.
 */
export class TreeSelection<T> implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<readonly T[]>());
  readonly onDidChange = this.emitter.event;
  private readonly keys: KeyTargets<T>;
  /** As VS Code told it last; it tells it anew only when another selection is made. */
  private told: readonly T[] = [];

  /** @param isShown whether the view still shows a node that was selected */
  constructor(
    private readonly view: TreeView<T>,
    private readonly isShown: (node: T) => boolean,
  ) {
    this.keys = new KeyTargets(this, async () => await tryEditorCommand('list.toggleSelection'));
    this.disposables.add(
      view.onDidChangeSelection(({ selection }) => {
        this.told = selection;
        this.follow();
      }),
    );
  }

  /** The selected nodes. */
  get selection(): readonly T[] {
    const { selection } = this.view;
    // What is told in the middle of a redraw lacks nodes that the view knows again after it.
    if (selection.length > this.told.length && this.told.every(node => selection.includes(node)))
      this.told = selection;
    const drawnAnew = this.told.filter(node => !selection.includes(node) && this.isShown(node));
    return drawnAnew.length === 0 ? selection : [...selection, ...drawnAnew];
  }

  get areSeveral(): boolean {
    return this.selection.length > 1;
  }

  async reveal(node: T, options: { readonly select: boolean; readonly focus: boolean }): Promise<void> {
    await this.view.reveal(node, options);
  }

  /** The selected nodes if the row under the keyboard is one of them, else that row alone. */
  async underKey(): Promise<readonly T[]> {
    try {
      return await this.keys.find();
    } finally {
      this.follow();
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private follow(): void {
    if (this.keys.isLooking) return;
    this.emitter.fire(this.selection);
  }
}
