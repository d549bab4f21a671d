import type { Event, TreeItem } from 'vscode';
import type { CommandId, NodeKey } from '../manifest';
import type { Sandbox } from '../core/sandbox/sandbox';

/**
 * A line below a sandbox: something inside it, such as a folder or a process. It lives as long as what it stands for, so
 * that an event can name it.
 */
export interface ChildNode {
  readonly kind: 'child';
  readonly sandboxId: string;
  /** The line above it; absent directly below the sandbox. */
  readonly parent: ChildNode | undefined;
  /** What keys do on it, by the command that takes the line and the selected lines. */
  readonly keys?: Readonly<Partial<Record<NodeKey, CommandId>>>;
  /** As it is drawn. Its `id` has to be unique below the sandbox only. */
  item(): TreeItem;
  /**
   * The lines below it. The editor asks again whenever it redraws, so this answers from memory once it has read, until
   * the section itself says that something changed: looking into a sandbox costs its owner money.
   */
  children(): readonly ChildNode[] | Promise<readonly ChildNode[]>;
}

/** A kind of lines below every running sandbox. */
export interface ChildSection {
  /** The lines directly below the sandbox. Makes no request. */
  rowsOf(sandbox: Sandbox): readonly ChildNode[];
  /** Names a line whose look or children changed, or the sandbox whose lines did. */
  readonly onDidChange: Event<ChildNode | { readonly sandboxId: string }>;
}
