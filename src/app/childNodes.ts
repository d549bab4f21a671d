import type { Event, TreeItem } from 'vscode';
import type { CommandId, LineKey } from '../manifest';
import type { Sandbox } from '../core/sandbox/sandbox';

/**
 * A node below a sandbox: something inside it, such as a folder or a process. It lives as long as what it stands for, so
 * that an event can name it.
 */
export interface ChildNode {
  readonly kind: 'child';
  readonly sandboxId: string;
  /** The node above it; absent directly below the sandbox. */
  readonly parent: ChildNode | undefined;
  /** What keys do on it, by the command that takes the node and the selected nodes. */
  readonly keys?: Readonly<Partial<Record<LineKey, CommandId>>>;
  /** As it is drawn. Its `id` has to be unique below the sandbox only. */
  item(): TreeItem;
  /**
   * The nodes below it. The editor asks again whenever it redraws, so this answers from memory once it has read, until
   * the section itself says that something changed: looking into a sandbox costs its owner money.
   */
  children(): readonly ChildNode[] | Promise<readonly ChildNode[]>;
}

/** A kind of nodes below every running sandbox. */
export interface ChildSection {
  /** The nodes directly below the sandbox. Makes no request. */
  nodesOf(sandbox: Sandbox): readonly ChildNode[];
  /** Names a node whose item or children changed, or the sandbox whose nodes did. */
  readonly onDidChange: Event<ChildNode | { readonly sandboxId: string }>;
}
