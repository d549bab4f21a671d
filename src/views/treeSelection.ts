import type { TreeView } from 'vscode';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { Emitter } from '../core/kernel/event';
import { tryEditorCommand } from '../host/editor/editorCommands';
import { KeyTargets } from '../host/editor/keyTargets';

/** What is selected in a view, and what a key pressed in it acts on. */
export class TreeSelection<T> implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<readonly T[]>());
  readonly onDidChange = this.emitter.event;
  private readonly keys: KeyTargets<T>;

  constructor(private readonly view: TreeView<T>) {
    this.keys = new KeyTargets(view, async () => await tryEditorCommand('list.toggleSelection'));
    this.disposables.add(view.onDidChangeSelection(() => this.follow()));
  }

  get areSeveral(): boolean {
    return this.view.selection.length > 1;
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
    this.emitter.fire(this.view.selection);
  }
}
