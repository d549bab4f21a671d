import type { Event, TreeItem } from 'vscode';
import type { CommandId, NodeKey, SelectedKind } from '../../manifest';
import type { Sandbox } from '../../core/sandbox/sandbox';

/**
 * A node of the tree below a sandbox, such as a folder or a process. It lives as long as the thing it shows, so that an
 * event can name it.
 */
export interface ChildNode {
  readonly kind: 'child';
  readonly sandboxId: string;
  /** Absent for a node directly below the sandbox. */
  readonly parent: ChildNode | undefined;
  /** What it is to key bindings, which name the commands of `keys` for it. */
  readonly keyKind?: SelectedKind;
  /** The commands that keys run on it. They are passed the node and the selected nodes; `open`, which a double click runs too, the node. */
  readonly keys?: Readonly<Partial<Record<NodeKey, CommandId>>>;
  /** Its `id` has to be unique below the sandbox only. */
  item(): TreeItem;
  /**
   * The nodes below it. The editor asks at each redraw, so this is read once and then answered from memory until the
   * section reports a change: requests into a sandbox keep it running, and that costs money.
   */
  children(): readonly ChildNode[] | Promise<readonly ChildNode[]>;
}

/** One kind of nodes below every running sandbox. */
export interface ChildSection {
  /** The nodes directly below the sandbox. Makes no request. */
  nodesOf(sandbox: Sandbox): readonly ChildNode[];
  /** Names a node whose item or children changed, or a sandbox whose nodes did. */
  readonly onDidChange: Event<ChildNode | { readonly sandboxId: string }>;
}
