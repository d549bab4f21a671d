import type { ExtensionContext } from 'vscode';
import type { CommandContext } from './commands/commandContext';
import { CopyOrigins } from './core/copyOrigins';
import { SandboxStore } from './core/store';
import { BillingStore } from './host/billing';
import { CloseInTime } from './host/closeInTime';
import { systemClock } from './host/clock';
import { CommandRegistry } from './host/commandRegistry';
import { Connections } from './host/connection';
import { ContextKeys } from './host/context';
import { Credentials } from './host/credentials';
import { LazyFileSystem } from './host/lazyFileSystem';
import { LastCreate } from './host/lastCreate';
import { createLog } from './host/log';
import { ProfileStore } from './host/profiles';
import { PublicDeadlines } from './host/publicDeadlines';
import { PanelKeys } from './host/panelKeys';
import { SessionStore } from './host/session';
import { ViewOptionsStore } from './host/viewOptions';
import { versionOf } from './host/version';
import { WindowFocus } from './host/windowFocus';
import { DetailsPages } from './views/detailsPages';
import { lazyInside } from './remote/lazyInside';
import { SandboxDocuments } from './views/sandboxDocuments';
import { SandboxTree, type TreeNode } from './views/sandboxTree';
import { fileScheme, panelCommandIds, remoteCommandIds } from './manifest';
import { SideViews } from './sideViews';
import { hookTerminals } from './terminalHooks';
import { StatusBar } from './views/statusBar';

/** Constructs, connects and returns; the first request happens after the key has been looked for. */
export function activate(context: ExtensionContext): void {
  const own = <T extends { dispose(): unknown }>(item: T): T => {
    context.subscriptions.unshift(item);
    return item;
  };
  const log = own(createLog());
  const clock = systemClock;
  const keys = new ContextKeys();
  const store = own(new SandboxStore());
  const copyOrigins = own(new CopyOrigins());
  const options = own(new ViewOptionsStore(context.workspaceState, store));
  const credentials = own(new Credentials(context.secrets, log));
  const profiles = own(new ProfileStore(context.globalState, context.workspaceState));
  const sessions = own(new SessionStore(credentials, profiles, log));
  const version = versionOf(context.extension.packageJSON);
  const connections = own(new Connections({ sessions, store, clock, logger: log, version }));
  const billing = own(new BillingStore());
  const publicDeadlines = own(new PublicDeadlines(context.globalState));
  const inside = lazyInside<TreeNode>(() => commandContext);
  const tree: SandboxTree = own(
    new SandboxTree(store, clock, options.current, billing, publicDeadlines, inside.sections, inside.drops),
  );
  own(new StatusBar(store, clock, billing));
  own(new SandboxDocuments(store));

  const focus = own(new WindowFocus());
  const memento = context.workspaceState;
  const sides = own(
    new SideViews({ sandboxes: store, sessions, connections, clock, logger: log, keys, focus, memento }),
  );
  const { extensionUri } = context;
  const pageParts = { store, ...sides.parts, copyOrigins, billing, publicDeadlines, clock, extensionUri };
  const pages = own(new DetailsPages(pageParts));
  const isInFront = (): boolean => focus.isPresent;
  own(new CloseInTime({ sessions, connections, publicDeadlines, store, clock, logger: log, isInFront }));

  const commandContext: CommandContext = {
    store,
    connections,
    credentials,
    profiles,
    options,
    lastCreate: new LastCreate(context.globalState),
    copyOrigins,
    publicDeadlines,
    ...sides.parts,
    clock,
    log,
    extensionUri,
    version,
    view: tree,
    keeping: { secrets: context.secrets, everywhere: context.globalState, here: context.workspaceState },
    own,
    pages,
  };
  own(new LazyFileSystem(fileScheme, inside.fileSystem));
  const registry = own(new CommandRegistry(log));
  registry.registerAll(Object.values(panelCommandIds), async () => {
    const { handlersOf } = await import('./commands/handlers');
    return handlersOf(commandContext);
  });
  registry.registerAll(Object.values(remoteCommandIds), async () => {
    const { remoteHandlersOf } = await import('./remote/handlers');
    return remoteHandlersOf(commandContext);
  });

  own(hookTerminals(commandContext));
  own(new PanelKeys({ keys, options, sessions, panel: tree }));
  own(sessions.onDidChange(() => copyOrigins.clear()));
  const attend = (): void =>
    connections.setAttention({ focused: focus.isPresent, visible: tree.view.visible || pages.isVisible });
  attend();
  const watched = [focus.onDidChange, tree.view.onDidChangeVisibility, pages.onDidChangeVisible];
  for (const onDidChange of watched) own(onDidChange(attend));
  void sessions.load();
}
