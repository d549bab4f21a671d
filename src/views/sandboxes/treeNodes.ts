import type { ChildNode } from '../../app/nodes/childNodes';

/** A node of the tree. One object stands for the same thing as long as that exists, so that a change event can name it. */
export type TreeNode = GroupNode | SandboxNode | ChildNode | MoreNode;

export interface GroupNode {
  readonly kind: 'group';
  readonly groupId: string;
}

export interface SandboxNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
}

/** The last node of the history while the archive holds more of it. */
interface MoreNode {
  readonly kind: 'more';
}

export const moreNode: MoreNode = { kind: 'more' };

/** The id of a row under which the editor and the workspace remember it; undefined for what is inside a sandbox. */
export function rowIdOf(node: TreeNode): string | undefined {
  if (node.kind === 'group') return node.groupId;
  return node.kind === 'sandbox' ? sandboxRowId(node.sandboxId) : undefined;
}

const sandboxPrefix = 'sandbox:';

function sandboxRowId(sandboxId: string): string {
  return `${sandboxPrefix}${sandboxId}`;
}

/** The sandbox of a row, by the id of the row; undefined for a group. */
export function sandboxOfRow(rowId: string): string | undefined {
  return rowId.startsWith(sandboxPrefix) ? rowId.slice(sandboxPrefix.length) : undefined;
}

/** Groups are unfolded unless they hold the history, and sandboxes folded. */
export function isUsuallyUnfolded(rowId: string): boolean {
  return rowId !== 'group:terminated' && sandboxOfRow(rowId) === undefined;
}

/** The nodes of groups and sandboxes, each made once. */
export class TreeNodes {
  private readonly groups = new Map<string, GroupNode>();
  private readonly sandboxes = new Map<string, SandboxNode>();

  group(groupId: string): GroupNode {
    const node = this.groups.get(groupId) ?? { kind: 'group', groupId };
    this.groups.set(groupId, node);
    return node;
  }

  sandbox(sandboxId: string): SandboxNode {
    const node = this.sandboxes.get(sandboxId) ?? { kind: 'sandbox', sandboxId };
    this.sandboxes.set(sandboxId, node);
    return node;
  }

  /** Forgets the nodes of sandboxes that are not shown any more. */
  keepOnly(isShown: (sandboxId: string) => boolean): void {
    for (const id of this.sandboxes.keys()) if (!isShown(id)) this.sandboxes.delete(id);
  }
}
