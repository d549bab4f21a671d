import type { LogOutputChannel, Uri } from 'vscode';
import type { Clock } from '../core/kernel/clock';
import type { DisposableLike, DisposableStore } from '../core/kernel/disposable';
import type { Group } from '../core/list/groups';
import type { Row } from '../core/list/store';
import type { SandboxStore } from '../core/list/store';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connections } from '../host/session/connection';
import type { PublicDeadlines } from '../host/storage/publicDeadlines';
import type { Keeping } from '../remote/services';

/** The Sandboxes view as commands see it. */
interface PanelView {
  /** Ids of the selected sandboxes; none when other nodes are selected, `undefined` when nothing is. */
  selection(): readonly string[] | undefined;
  /** All selected nodes. */
  lines(): readonly unknown[];
  /** Selects a sandbox if the view is open and shows it. */
  reveal(sandboxId: string): Promise<void>;
  /** Rows grouped, filtered and ordered as the view shows them. */
  groups(rows: Iterable<Row>): readonly Group[];
  /** Ids of the sandboxes selected last, the latest first. */
  recent(): readonly string[];
  /** Opens the view, if need be, selects a sandbox and moves the focus to it. False when the view does not show it. */
  revealAndFocus(sandboxId: string): Promise<boolean>;
}

/** The details pages as commands see them. */
export interface SandboxPages {
  /** Shows the details of a sandbox. */
  open(sandbox: Sandbox): Promise<void>;
}

/** What every feature uses. The services of one feature are built once and passed to those who use them. */
export interface AppContext {
  readonly store: SandboxStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly log: LogOutputChannel;
  readonly view: PanelView;
  /** What is added to it is disposed with the extension. */
  readonly lifetime: DisposableStore;
}

/** What the commands in src/remote work with. */
export interface CommandContext extends AppContext {
  readonly publicDeadlines: PublicDeadlines;
  readonly keeping: Keeping;
  /** Adds something to `lifetime`. */
  readonly own: <T extends DisposableLike>(item: T) => T;
  /** The folder of the extension. */
  readonly extensionUri: Uri;
}
