import type { ExtensionKind } from 'vscode';
import type { AppContext } from '../app/appContext';
import type { ChildSection } from '../app/nodes/childNodes';
import type { RunTables } from '../app/features';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { PublicDeadlines } from '../host/storage/publicDeadlines';
import type { Traffic } from '../host/storage/traffic';
import { FilesSection } from './files/tree/fileNodes';
import { Files } from './files/files';
import { IdleEnds } from './files/editors/idleEnds';
import { Renames } from './files/editors/renames';
import { WorkspaceConsent } from './files/workspaceConsent';
import { LogDocuments } from './logs/logDocuments';
import { Forwards } from './ports/forwards';
import { KeptForwards } from './ports/keptForwards';
import { PortsSection } from './ports/portNodes';
import { SpottedPorts } from './ports/spottedPorts';
import { OwnProcesses } from './processes/ownProcesses';
import { ProcessNodes } from './processes/processNodes';
import { OutputDocuments } from './run/outputDocuments';
import { Runs } from './run/runs';
import { Search } from './search/search';
import type { SshSetup } from './ssh/openRemoteSsh';
import type { Storage } from './storage';
import { TerminalNodes } from './terminal/terminalNodes';
import { Terminals } from './terminal/terminals';

/** Dependencies of the services in this layer. */
export interface RemoteParts {
  readonly app: AppContext;
  readonly keys: ContextKeys;
  readonly storage: Storage;
  readonly deadlines: PublicDeadlines;
  readonly traffic: Pick<Traffic, 'of'>;
  readonly runTables: RunTables;
  /** Where this extension runs. */
  readonly extensionKind: ExtensionKind;
  /** Whom links to files name. */
  readonly extensionId: string;
}

/** Creates and owns the services of each feature, which commands, tree, file system and terminals share. */
export class RemoteServices implements DisposableLike {
  private readonly disposables = new DisposableStore();
  readonly terminals: Terminals;
  readonly files: Files;
  readonly consent: WorkspaceConsent;
  readonly renames: Renames;
  readonly search: Search;
  readonly processes: ProcessNodes;
  readonly forwards: Forwards;
  readonly runs: Runs;
  readonly logs: LogDocuments;
  readonly ssh: SshSetup;
  readonly extensionId: string;
  /** Sections below a running sandbox, in display order. */
  readonly sections: readonly ChildSection[];

  constructor({
    app,
    keys,
    storage,
    deadlines,
    traffic,
    runTables,
    extensionKind,
    extensionId,
  }: RemoteParts) {
    this.extensionId = extensionId;
    const register = <T extends DisposableLike>(service: T): T => this.disposables.add(service);
    this.forwards = register(new Forwards(app, new KeptForwards(storage.workspace)));
    const spotted = new SpottedPorts(app, this.forwards);
    this.terminals = register(new Terminals(app, storage, spotted));
    this.files = register(new Files(app, extensionKind));
    this.consent = new WorkspaceConsent(app, storage);
    this.renames = new Renames(this.consent);
    this.search = register(new Search({ app, files: this.files, consent: this.consent, keys }));
    const own = register(new OwnProcesses(keys));
    this.processes = register(new ProcessNodes(app, own));
    this.runs = new Runs(storage.workspace, register(new OutputDocuments(app.clock)), runTables, spotted);
    register(
      new IdleEnds(app, {
        lastTraffic: sandbox => traffic.of(sandbox).atMs,
        held: () => this.inUse(),
      }),
    );
    this.logs = register(new LogDocuments(own));
    this.ssh = { memento: storage.global, extensionKind };
    this.sections = [
      register(new TerminalNodes(this.terminals, app.clock)),
      register(new FilesSection(app, this.files)),
      this.processes,
      register(new PortsSection(app, this.forwards, deadlines)),
    ];
  }

  /** Ids of the sandboxes of which this window shows a terminal, or forwards a port. */
  inUse(): readonly string[] {
    return [...this.terminals.shownIn(), ...this.forwards.list().map(({ sandboxId }) => sandboxId)];
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
