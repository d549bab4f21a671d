import type { TreeView } from 'vscode';

/** What a tree tells about its selection, and lights. */
type SelectingTree<T> = Pick<TreeView<T>, 'selection' | 'reveal'>;

/**
 * Finds what a key acts on: the selected nodes if the row under the keyboard is one of them, else that row alone. VS Code
 * tells no extension which row the keyboard is on; what toggling its selection adds or takes away is that row.
 */
export class KeyTargets<T> {
  private last: Promise<unknown> = Promise.resolve();
  private looking = 0;

  constructor(
    private readonly view: SelectingTree<T>,
    /** Adds the row under the keyboard to the selection, or takes it away: the editor's \`list.toggleSelection\`. */
    private readonly toggle: () => PromiseLike<unknown>,
  ) {}

  /** Whether the selection is another one only until the row under the keyboard has been found. */
  get isLooking(): boolean {
    return this.looking > 0;
  }

  /** The nodes that a key pressed now acts on, which are also the ones that are lit. */
  async find(): Promise<readonly T[]> {
    this.looking += 1;
    const found = this.last.then(() => this.look());
    this.last = found.catch(() => undefined);
    try {
      return await found;
    } finally {
      this.looking -= 1;
    }
  }

  private async look(): Promise<readonly T[]> {
    const before = this.view.selection;
    await this.toggle();
    const added = this.view.selection.find(node => !before.includes(node));
    if (added === undefined) {
      // It was one of the selected ones, or the keyboard has moved to another list meanwhile.
      await this.toggle();
      return before;
    }
    if (before.length > 0) await this.view.reveal(added, { select: true, focus: false });
    return [added];
  }
}
