import type { Clock } from '../core/kernel/time/clock';
import type { DisposableStore } from '../core/kernel/disposable';
import type { Group } from '../core/list/groups';
import type { Row } from '../core/list/rows';
import type { SandboxStore } from '../core/list/store';
import type { Log } from '../host/editor/log/log';
import type { DefaultSandboxes } from '../host/storage/defaultSandboxes';
import type { Connections } from '../host/session/connection';

/** The Sandboxes view as commands see it. */
export interface PanelView {
  /** Ids of the selected sandboxes; none when other nodes are selected, `undefined` when nothing is or the view is out of sight. */
  selection(): readonly string[] | undefined;
  /** All selected nodes. */
  selectedNodes(): readonly unknown[];
  /** What a key acts on: the selected nodes if the row under the keyboard is one of them, else that row alone. */
  nodesUnderKey(): Promise<readonly unknown[]>;
  /** Selects a sandbox if the view is open and shows it. */
  reveal(sandboxId: string): Promise<void>;
  /** The groups that the view shows, with the rows that its filter lets through. */
  shownGroups(): readonly Group[];
  /** Rows grouped and ordered as the view shows them. */
  groups(rows: Iterable<Row>): readonly Group[];
  /** Ids of the sandboxes selected last, the latest first. */
  recent(): readonly string[];
  /** Opens the view, if need be, selects a sandbox and moves the focus to it. False when the view does not show it. */
  revealAndFocus(sandboxId: string): Promise<boolean>;
}

/** What every feature uses. The services of one feature are built once and passed to those who use them. */
export interface AppContext {
  readonly store: SandboxStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly log: Log;
  readonly view: PanelView;
  /** The sandboxes that commands take when none is named. */
  readonly defaults: DefaultSandboxes;
  /** What is added to it is disposed with the extension. */
  readonly lifetime: DisposableStore;
}
