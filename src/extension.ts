import { type DisposableLike, DisposableStore } from './core/kernel/disposable';
import { type ExtensionContext, window } from 'vscode';
import type { AppContext } from './app/appContext';
import { Lists } from './app/lists/lists';
import { ViewKeys } from './app/lists/viewKeys';
import { PublicAccessCloser } from './app/publicAccessCloser';
import type { PanelServices } from './commands/handlers';
import { SandboxStore } from './core/list/store';
import { systemClock } from './host/editor/clock';
import { CommandRegistry } from './host/editor/commandRegistry';
import { ContextKeys } from './host/editor/contextKeys';
import { lazyDrops } from './host/editor/lazyProviders';
import { WindowFocus } from './host/editor/windowFocus';
import { Connections } from './host/session/connection';
import { Credentials } from './host/session/credentials';
import { ProfileStore } from './host/session/profiles';
import { SessionStore } from './host/session/session';
import { BillingStore } from './host/storage/billingSettings';
import { LastCreate } from './host/storage/lastCreate';
import { PublicDeadlines } from './host/storage/publicDeadlines';
import { ViewOptionsStore } from './host/storage/viewOptions';
import { panelCommandIds, remoteCommandIds } from './manifest';
import { LazyRemote } from './remote/lazyRemote';
import { SandboxDocuments } from './views/sandboxes/sandboxDocuments';
import { SandboxTree, type TreeNode } from './views/sandboxes/sandboxTree';
import { SideViews } from './views/sideViews';
import { StatusBar } from './views/statusBar';
import { DetailsPages } from './webview/details/detailsPages';
import { lazyRunTables } from './webview/runTable/lazyRunTables';

/** Constructs, connects and returns; the first request happens after the key has been looked for. */
export function activate(context: ExtensionContext): void {
  const lifetime = new DisposableStore();
  context.subscriptions.push(lifetime);
  const own = <T extends DisposableLike>(item: T): T => lifetime.add(item);
  const log = own(window.createOutputChannel('Tensorlake Sandboxes', { log: true }));
  const clock = systemClock;
  const keys = new ContextKeys();
  const store = own(new SandboxStore());
  const options = own(new ViewOptionsStore(context.workspaceState, store));
  const credentials = own(new Credentials(context.secrets, log));
  const profiles = own(new ProfileStore(context.globalState, context.workspaceState));
  const sessions = own(new SessionStore(credentials, profiles, log));
  const version = versionOf(context.extension.packageJSON);
  const connections = own(new Connections({ sessions, store, clock, logger: log, version }));
  const billing = own(new BillingStore());
  const publicDeadlines = own(new PublicDeadlines(context.globalState));
  const sections = (): ReturnType<LazyRemote['sections']> => remote.sections();
  const drops = lazyDrops<TreeNode>(() => remote.drops());
  const tree: SandboxTree = own(
    new SandboxTree(store, clock, options.current, billing, publicDeadlines, sections, drops),
  );
  own(new StatusBar(store, clock, billing));
  own(new SandboxDocuments(store));

  const focus = own(new WindowFocus());
  const memento = context.workspaceState;
  const lists = own(new Lists({ sandboxes: store, sessions, connections, clock, logger: log, memento }));
  const { selectedSnapshots } = own(new SideViews({ sandboxes: store, lists, clock, keys, focus }));
  const { activityLog, activityFilter, snapshots, snapshotLoader, origins, catalog, catalogLoader } = lists;
  const { extensionUri } = context;
  const pageParts = { store, activityLog, origins, billing, publicDeadlines, clock };
  const pages = own(new DetailsPages({ ...pageParts, extensionUri }));
  const isInFront = (): boolean => focus.isPresent;
  own(
    new PublicAccessCloser({ sessions, connections, publicDeadlines, store, clock, logger: log, isInFront }),
  );

  const app: AppContext = { store, connections, clock, log, view: tree, lifetime };
  const panelServices: PanelServices = {
    credentials,
    profiles,
    options,
    lastCreate: new LastCreate(context.globalState),
    origins,
    deadlines: publicDeadlines,
    snapshots,
    snapshotLoader,
    selectedSnapshots,
    activityLog,
    activityFilter,
    catalog,
    catalogLoader,
    pages,
  };
  const runTables = lazyRunTables(clock, extensionUri, lifetime);
  const storage = { secrets: context.secrets, global: context.globalState, workspace: memento };
  const { extensionKind } = context.extension;
  const remote: LazyRemote = own(
    new LazyRemote({ app, storage, deadlines: publicDeadlines, runTables, extensionKind }),
  );
  const registry = own(new CommandRegistry(log));
  registry.registerAll(Object.values(panelCommandIds), async () => {
    const { handlersOf } = await import('./commands/handlers');
    return handlersOf(app, panelServices);
  });
  registry.registerAll(Object.values(remoteCommandIds), () => remote.handlers());

  own(new ViewKeys({ keys, options, sessions, panel: tree }));
  const attend = (): void =>
    connections.setAttention({ focused: focus.isPresent, visible: tree.view.visible || pages.isVisible });
  attend();
  const watched = [focus.onDidChange, tree.view.onDidChangeVisibility, pages.onDidChangeVisible];
  for (const onDidChange of watched) own(onDidChange(attend));
  void sessions.load();
}

/** The version in a package.json, as the editor hands it over. */
export function versionOf(manifest: unknown): string {
  const isOurs = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isOurs && typeof manifest.version === 'string' ? manifest.version : '0.0.0';
}
