import {
  env,
  type ExtensionContext,
  ExtensionKind,
  type LogOutputChannel,
  type StatusBarItem,
  type TreeView,
  Uri,
  UIKind,
  window,
  workspace,
} from 'vscode';
import { KnownSecrets } from './api/http/errors/redact';
import type { AppContext } from './app/appContext';
import { DismissedEnds } from './app/ends/dismissedEnds';
import { EndWarnings } from './app/ends/endWarnings';
import { Lists } from './app/lists/lists';
import { ViewKeys } from './app/lists/viewKeys';
import { OtherWindows } from './app/storedData/otherWindows';
import { PublicAccessCloser } from './app/publicAccess/publicAccessCloser';
import type { PanelServices } from './commands/handlers';
import { lazy, loadedOnce } from './core/kernel/async';
import type { DisposableLike, DisposableStore } from './core/kernel/disposable';
import { inBackground, setUnexpectedErrorHandler } from './core/kernel/unexpected';
import { SandboxStore } from './core/list/store';
import { systemClock } from './host/editor/clock';
import { CommandRegistry } from './host/editor/commandRegistry';
import { ContextKeys } from './host/editor/contextKeys';
import { CalmLog } from './host/editor/log/calmLog';
import { currentFolder, onDidChangeFolder } from './host/editor/documents/currentFolder';
import { LazyDocuments } from './host/editor/documents/lazyProviders';
import { redactingLog } from './host/editor/log/log';
import { sandboxesOfOpenFiles } from './host/editor/documents/openFiles';
import { Reports } from './host/editor/documents/reports';
import { WindowFocus } from './host/editor/windowFocus';
import { Connections } from './host/session/connection';
import { Credentials } from './host/session/credentials';
import { KeyNews } from './host/session/keyNews';
import { StoredSecrets } from './host/session/storedSecrets';
import { ProfileStore } from './host/session/profiles';
import { SessionStore } from './host/session/session';
import { BillingStore } from './host/storage/billingSettings';
import { removeFolders } from './host/storage/mementos/keptFiles';
import { KeptStorage } from './host/storage/mementos/keptStorage';
import { OrderedMemento } from './host/storage/mementos/orderedMemento';
import { DefaultSandboxes } from './host/storage/defaultSandboxes';
import { LastCreate } from './host/storage/lastCreate';
import { PublicDeadlines } from './host/storage/publicDeadlines';
import { Traffic } from './host/storage/traffic';
import { SharedMemento } from './host/storage/mementos/sharedMemento';
import { TreeState } from './host/storage/treeState';
import { ViewOptionsStore } from './host/storage/viewOptions';
import {
  detailsViewType,
  documentScheme,
  panelCommandIds,
  remoteCommandIds,
  snapshotScheme,
} from './manifest';
import { LazyRemote } from './remote/lazyRemote';
import { SandboxTree } from './views/sandboxes/sandboxTree';
import type { TreeNode } from './views/sandboxes/treeNodes';
import { SideViews, type SideTreeViews } from './views/sideViews';
import { StatusBar } from './views/statusBar';
import { DetailsPages } from './webview/details/detailsPages';
import { lazyRunTables } from './webview/runTable/lazyRunTables';

/** The views that are there from the start. */
export interface Views extends SideTreeViews {
  readonly sandboxes: TreeView<TreeNode>;
}

/** What the start hands over. */
interface Start {
  readonly views: Views;
  /** Hidden so far. */
  readonly statusItem: StatusBarItem;
  readonly log: LogOutputChannel;
  /** Owns what is constructed here. */
  readonly lifetime: DisposableStore;
}

/** What the editor asks for through what was registered at the start. */
interface Composition {
  readonly commands: CommandRegistry;
  readonly tree: SandboxTree;
  readonly sides: SideViews;
  readonly remote: LazyRemote;
  /** Opens a link to a sandbox. Never rejects. */
  openLink(uri: Uri): Promise<void>;
}

/** Constructs, connects and returns; the first request happens after the key has been looked for. */
export function compose(context: ExtensionContext, start: Start): Composition {
  const { views, statusItem, lifetime } = start;
  const own = <T extends DisposableLike>(item: T): T => lifetime.add(item);
  const { extensionUri, extensionKind, id: extensionId } = context.extension;
  const manifest: unknown = context.extension.packageJSON;
  const clock = systemClock;
  const globalMemento = own(new SharedMemento(context.globalState, clock));
  const memento = new OrderedMemento(context.workspaceState);
  const keptStorage = new KeptStorage(globalMemento, memento, () =>
    removeFolders([context.globalStorageUri, context.storageUri]),
  );
  const storedSecrets = new StoredSecrets(context.secrets, globalMemento);
  const secrets = new KnownSecrets();
  const log = own(
    new CalmLog(
      redactingLog(start.log, text => secrets.redact(text)),
      clock,
    ),
  );
  setUnexpectedErrorHandler(error => log.error(`Unexpected: ${stackOf(error)}`));
  own({ dispose: () => setUnexpectedErrorHandler(undefined) });
  keptStorage.dropRemoved().catch((error: unknown) => {
    log.warn(`What was removed in another workspace could not be removed from this one: ${String(error)}`);
  });
  const keys = new ContextKeys();
  const takesIssues = namesIssues(manifest);
  keys.set('tensorlake.takesIssues', takesIssues);
  const store = own(new SandboxStore());
  const inUse = (): readonly string[] => [
    ...options.current.pins,
    ...sandboxesOfOpenFiles(),
    ...remote.inUse(),
  ];
  own(new EndWarnings({ store, clock, inUse }));
  // A terminal or a forward that is open is used, whether or not something goes through it now.
  own(
    store.onDidChange(({ current }) => {
      if (current.status.kind !== 'fresh') return;
      traffic.begin();
      traffic.note(remote.inUse());
    }),
  );
  const options: ViewOptionsStore = own(new ViewOptionsStore(memento, store));
  // The desktop editor shares secrets between windows as it shares values; a page in a browser reads them once.
  const isApart = env.uiKind === UIKind.Web;
  const news = own(new KeyNews(globalMemento));
  const credentials = own(new Credentials({ secrets: storedSecrets, logger: log, news, isApart }));
  const profiles = own(new ProfileStore(globalMemento, memento));
  const sessions = own(new SessionStore(credentials, profiles, log));
  const version = versionOf(manifest);
  const traffic = new Traffic(globalMemento, clock, error => {
    log.warn(`When sandboxes were used could not be stored: ${String(error)}`);
  });
  const connections = own(
    new Connections({ sessions, store, clock, logger: log, version, secrets, traffic }),
  );
  const billing = own(new BillingStore());
  const deadlines = own(new PublicDeadlines(globalMemento, clock));
  const dismissedEnds = own(new DismissedEnds());
  const defaults = own(new DefaultSandboxes(memento, currentFolder, store, onDidChangeFolder));
  const treeState = new TreeState(memento);
  const tree: SandboxTree = own(
    new SandboxTree(
      views.sandboxes,
      {
        store,
        clock,
        billing,
        publicDeadlines: deadlines,
        dismissedEnds,
        defaults,
        state: treeState,
        loadSections: () => remote.sections(),
        tellSelection: (areSeveral, kind) => {
          keys.set('tensorlake.severalSelected', areSeveral);
          keys.set('tensorlake.selectedKind', kind);
        },
      },
      options.current,
    ),
  );
  own(new StatusBar(statusItem, store, clock, billing, defaults));

  const focus = own(new WindowFocus());
  const lists = own(new Lists({ sandboxes: store, sessions, connections, clock, logger: log, memento }));
  const sides = own(
    new SideViews({ views, sandboxes: store, lists, connections, logger: log, clock, keys, focus }),
  );
  const { activityLog, origins } = lists;
  own(
    new OtherWindows({
      shared: globalMemento,
      keptStorage,
      secrets: storedSecrets,
      credentials,
      profiles,
      sessions,
      areSecretsApart: isApart,
      forget: () => {
        options.reset();
        defaults.reset();
        origins.clear();
      },
      logger: log,
    }),
  );
  const pageParts = { store, activityLog, origins, billing, publicDeadlines: deadlines, clock };
  const pages = own(new DetailsPages({ ...pageParts, extensionUri }));
  const isInFront = (): boolean => focus.isPresent;
  own(
    new PublicAccessCloser({
      sessions,
      connections,
      publicDeadlines: deadlines,
      store,
      clock,
      logger: log,
      isInFront,
    }),
  );

  const logins = loadedOnce(async () => {
    const { LoginOffers } = await import('./app/loginOffers');
    const [kept, panel, view] = [globalMemento, tree, views.sandboxes];
    return own(new LoginOffers({ keys, kept, sessions, connections, panel, view, focus }));
  });
  own(sessions.onDidChange(session => session ?? inBackground(logins())));
  own(tree.onDidChangeViewState(state => state === 'rejected' && inBackground(logins())));

  const app: AppContext = { store, connections, clock, log, view: tree, defaults, lifetime };
  const panelServices: PanelServices = {
    credentials,
    profiles,
    logins,
    secrets: storedSecrets,
    sessions,
    keptStorage,
    remoteData: () => remote.data(),
    options,
    lastCreate: new LastCreate(globalMemento),
    followCreation: made => remote.followCreation(made),
    origins,
    deadlines,
    snapshots: lists.snapshots,
    snapshotLoader: lists.snapshotLoader,
    snapshotsUnderKey: sides.snapshotsUnderKey,
    dismissedEnds,
    treeState,
    billing,
    activityLog,
    activityFilter: lists.activityFilter,
    catalog: lists.catalog,
    catalogLoader: lists.catalogLoader,
    catalogPresence: sides.catalogPresence,
    pages,
    version,
    extensionId,
    isLocal: extensionKind === ExtensionKind.UI,
    knownSecrets: secrets,
    traffic,
    inUse,
    cleanUpLock: Uri.joinPath(context.globalStorageUri, 'cleanUp.lock').fsPath,
    keys,
    reports: lazy(() => own(new Reports())),
    takesIssues,
  };
  const runTables = lazyRunTables(clock, extensionUri, lifetime);
  const storage = { secrets: storedSecrets, global: globalMemento, workspace: memento };
  const remote: LazyRemote = own(
    new LazyRemote({
      app,
      keys,
      storage,
      deadlines,
      traffic,
      runTables,
      extensionKind,
      extensionId,
    }),
  );
  const commands = new CommandRegistry(log);
  commands.addAll(Object.values(panelCommandIds), async () => {
    const { handlersOf } = await import('./commands/handlers');
    return handlersOf(app, panelServices);
  });
  commands.addAll(Object.values(remoteCommandIds), () => remote.handlers());

  const documents = [
    [
      documentScheme,
      async () => new (await import('./views/sandboxes/sandboxDocuments')).SandboxDocuments(store),
    ],
    [
      snapshotScheme,
      async () => {
        const { SnapshotDocuments } = await import('./views/snapshots/snapshotDocuments');
        return new SnapshotDocuments({
          snapshots: lists.snapshots,
          origins: lists.origins,
          sandboxes: store,
        });
      },
    ],
  ] as const;
  for (const [scheme, load] of documents)
    own(workspace.registerTextDocumentContentProvider(scheme, own(new LazyDocuments(load))));
  // The editor keeps pages of the last session until this is known.
  own(
    window.registerWebviewPanelSerializer(detailsViewType, {
      deserializeWebviewPanel: (panel, state) => pages.restore(panel, state),
    }),
  );
  own(new ViewKeys({ keys, options, defaults, sessions, store, panel: tree }));
  const attend = (): void =>
    connections.setAttention({
      focused: focus.isPresent,
      visible: views.sandboxes.visible || pages.isVisible,
    });
  attend();
  const watched = [focus.onDidChange, views.sandboxes.onDidChangeVisibility, pages.onDidChangeVisible];
  for (const onDidChange of watched) own(onDidChange(attend));
  inBackground(sessions.load());
  const links = loadedOnce(async () => new (await import('./app/links')).Links(app));
  const openLink = async (uri: Uri): Promise<void> => await (await links()).open(uri);
  return { commands, tree, sides, remote, openLink };
}

/** An error with where it came from. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The version in a package.json, as the editor hands it over. */
function versionOf(manifest: unknown): string {
  const isOurs = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isOurs && typeof manifest.version === 'string' ? manifest.version : '0.0.0';
}

/** Whether a package.json says where problems are to be reported, without which the editor's reporter has no address. */
function namesIssues(manifest: unknown): boolean {
  return typeof manifest === 'object' && manifest !== null && 'bugs' in manifest && Boolean(manifest.bugs);
}
