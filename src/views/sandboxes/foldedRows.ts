import type { TreeView } from 'vscode';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { PanelSnapshot } from '../../core/list/store';
import type { TreeState } from '../../host/storage/treeState';
import { isUsuallyUnfolded, rowIdOf, sandboxOfRow, type TreeNode } from './treeNodes';

/** Which rows are folded and which one is selected, so that a reload brings them back as they were. */
export class FoldedRows implements DisposableLike {
  private readonly disposables = new DisposableStore();
  /** The row that was selected when the window was last open, until it has been looked for. */
  private leftSelected: string | undefined;
  /** Rows inside sandboxes that the user has folded; all of them are folded after a reload. */
  private readonly foldedInside = new WeakSet<TreeNode>();

  constructor(
    view: Pick<TreeView<TreeNode>, 'onDidExpandElement' | 'onDidCollapseElement'>,
    private readonly state: TreeState,
  ) {
    this.leftSelected = state.selected;
    this.disposables.add(view.onDidExpandElement(({ element }) => this.turn(element, true)));
    this.disposables.add(view.onDidCollapseElement(({ element }) => this.turn(element, false)));
  }

  /** Whether a row shows what is below it. Of a row inside a sandbox it is known once something below it was shown. */
  isUnfolded(node: TreeNode): boolean {
    const id = rowIdOf(node);
    return id === undefined ? !this.foldedInside.has(node) : this.state.isUnfolded(id, isUsuallyUnfolded(id));
  }

  setSelected(sandboxId: string): void {
    void this.state.setSelected(sandboxId);
  }

  /** The sandbox that was selected when the window was last open; nothing when asked again. */
  takeLeftSelected(): string | undefined {
    const { leftSelected } = this;
    this.leftSelected = undefined;
    return leftSelected;
  }

  /** Forgets what is not in a list that is whole. */
  forgetGone({ status, rows, badRows, cut }: PanelSnapshot): void {
    if (status.kind !== 'fresh' || badRows > 0 || cut !== undefined) return;
    void this.state.keepOnly(rowId => {
      const sandboxId = sandboxOfRow(rowId);
      return sandboxId === undefined || rows.has(sandboxId);
    });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private turn(node: TreeNode, isUnfolded: boolean): void {
    const id = rowIdOf(node);
    if (id !== undefined) void this.state.setUnfolded(id, isUnfolded, isUsuallyUnfolded(id));
    else if (isUnfolded) this.foldedInside.delete(node);
    else this.foldedInside.add(node);
  }
}
