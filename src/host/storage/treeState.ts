import type { Memento } from 'vscode';

const key = 'tensorlake.tree';

/** At most this many rows are remembered, those that were changed last. */
const mostRows = 500;

interface KeptTree {
  /** Ids of the rows that are folded where others of their kind are unfolded, or the other way round. */
  readonly turned: readonly string[];
  readonly selected?: string;
}

/** Which rows of the view Sandboxes the user unfolded or folded, and which was selected last. Kept for the workspace. */
export class TreeState {
  private turned: ReadonlySet<string>;
  private selectedId: string | undefined;

  constructor(private readonly memento: Memento) {
    const kept = readKept(memento.get(key));
    this.turned = new Set(kept.turned);
    this.selectedId = kept.selected;
  }

  /** The id of the row that was selected last. */
  get selected(): string | undefined {
    return this.selectedId;
  }

  /** Whether a row is unfolded. @param isUsual whether one that nobody turned is */
  isUnfolded(id: string, isUsual: boolean): boolean {
    return this.turned.has(id) !== isUsual;
  }

  async setUnfolded(id: string, isUnfolded: boolean, isUsual: boolean): Promise<void> {
    if (this.isUnfolded(id, isUsual) === isUnfolded) return;
    const turned = [...this.turned].filter(each => each !== id);
    if (isUnfolded !== isUsual) turned.push(id);
    await this.keep(turned.slice(-mostRows));
  }

  async setSelected(id: string): Promise<void> {
    if (id === this.selectedId) return;
    this.selectedId = id;
    await this.keep([...this.turned]);
  }

  /** Forgets the rows that are gone for good. */
  async keepOnly(isThere: (id: string) => boolean): Promise<void> {
    const turned = [...this.turned].filter(isThere);
    if (turned.length < this.turned.size) await this.keep(turned);
  }

  /** Forgets all. What was stored is removed by its owner. */
  reset(): void {
    this.turned = new Set();
    this.selectedId = undefined;
  }

  private async keep(turned: readonly string[]): Promise<void> {
    this.turned = new Set(turned);
    const { selectedId } = this;
    const kept: KeptTree = { turned, ...(selectedId !== undefined && { selected: selectedId }) };
    await this.memento.update(key, kept);
  }
}

function readKept(value: unknown): KeptTree {
  if (typeof value !== 'object' || value === null) return { turned: [] };
  const turned = 'turned' in value && Array.isArray(value.turned) ? value.turned : [];
  const selected = 'selected' in value ? value.selected : undefined;
  return {
    turned: turned.filter(id => typeof id === 'string').slice(-mostRows),
    ...(typeof selected === 'string' && { selected }),
  };
}
