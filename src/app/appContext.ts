import type { LogOutputChannel, Uri } from 'vscode';
import type { Clock } from '../core/kernel/clock';
import type { DisposableLike, DisposableStore } from '../core/kernel/disposable';
import type { Group } from '../core/list/groups';
import type { Row } from '../core/list/store';
import type { SandboxStore } from '../core/list/store';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connections } from '../host/session/connection';
import type { Credentials } from '../host/session/credentials';
import type { ProfileStore } from '../host/session/profiles';
import type { LastCreate } from '../host/storage/lastCreate';
import type { PublicDeadlines } from '../host/storage/publicDeadlines';
import type { ViewOptionsStore } from '../host/storage/viewOptions';
import type { Keeping } from '../remote/services';
import type { SideParts } from './lists/lists';

/** The Sandboxes view as commands see it. */
interface PanelView {
  /** Ids of the selected sandboxes; none when other lines are selected, `undefined` when nothing is. */
  selection(): readonly string[] | undefined;
  /** What is selected, whatever it is. */
  lines(): readonly unknown[];
  /** Selects a sandbox, if the view is open and shows it. */
  reveal(sandboxId: string): Promise<void>;
  /** Rows grouped, filtered and ordered as the view shows them. */
  groups(rows: Iterable<Row>): readonly Group[];
  /** Ids of the sandboxes that were selected lately, the last first. */
  recent(): readonly string[];
  /** Opens the view, if need be, and takes the user to a sandbox in it. False when the view does not show it. */
  goTo(sandboxId: string): Promise<boolean>;
}

/** The pages about sandboxes as commands see them. */
interface SandboxPages {
  /** Shows the page of a sandbox. */
  open(sandbox: Sandbox): Promise<void>;
}

/** What every feature stands on. A feature's own services are built once and passed to its constructors. */
export interface AppContext {
  readonly store: SandboxStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly log: LogOutputChannel;
  readonly view: PanelView;
  /** What is added to it is disposed with the extension. */
  readonly lifetime: DisposableStore;
}

/** What commands work with. */
export interface CommandContext extends AppContext, SideParts {
  readonly credentials: Credentials;
  readonly profiles: ProfileStore;
  readonly options: ViewOptionsStore;
  readonly publicDeadlines: PublicDeadlines;
  readonly lastCreate: LastCreate;
  readonly pages: SandboxPages;
  readonly keeping: Keeping;
  /** Takes something to be disposed with the extension. */
  readonly own: <T extends DisposableLike>(item: T) => T;
  /** Where the extension lies. */
  readonly extensionUri: Uri;
  /** Version of the extension. */
  readonly version: string;
}
