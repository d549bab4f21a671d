import { CancellationError, commands, type ExtensionContext, StatusBarAlignment, window } from 'vscode';
import type { Views } from './composition';
import { lazy, loadedOnce } from './core/kernel/async';
import { type DisposableLike, DisposableStore } from './core/kernel/disposable';
import { lazyDrops, LazyFileSystem } from './host/editor/documents/lazyProviders';
import { commandIds, fileScheme, terminalProfileId, viewIds } from './manifest';
import type { ActivityNode } from './views/activity/activityTree';
import type { CatalogNode } from './views/catalog/catalogTree';
import { LazyTree } from './views/lazyTree';
import type { TreeNode } from './views/sandboxes/treeNodes';
import type { SnapshotNode } from './views/snapshots/snapshotTree';

/**
 * Registers what the editor asks for as soon as this returns. All else is composed when some of it is first asked for,
 * at the latest in the next turn of the event loop.
 */
export function activate(context: ExtensionContext): void {
  const lifetime = new DisposableStore();
  context.subscriptions.push(lifetime);
  const own = <T extends DisposableLike>(item: T): T => lifetime.add(item);
  const openLog = lazy(() => own(window.createOutputChannel('Tensorlake Sandboxes', { log: true })));

  const composed = loadedOnce(async () => {
    const log = openLog();
    const parts = own(new DisposableStore());
    try {
      const { compose } = await import('./composition');
      if (parts.isDisposed) throw new CancellationError();
      return compose(context, { views, statusItem, log, lifetime: parts });
    } catch (error) {
      parts.dispose();
      if (!lifetime.isDisposed) log.error(`Could not start: ${String(error)}`);
      throw error;
    }
  });

  const drops = lazyDrops<TreeNode>(async () => (await composed()).remote.drops);
  const views: Views = {
    sandboxes: own(
      new LazyTree<TreeNode>(viewIds.sandboxes, async () => (await composed()).tree, {
        showCollapseAll: true,
        dragAndDropController: drops,
      }),
    ).view,
    snapshots: own(
      new LazyTree<SnapshotNode>(
        viewIds.snapshots,
        async () => await (await composed()).sides.snapshotTree(),
      ),
    ).view,
    activity: own(
      new LazyTree<ActivityNode>(viewIds.activity, async () => await (await composed()).sides.activityTree()),
    ).view,
    catalog: own(
      new LazyTree<CatalogNode>(viewIds.catalog, async () => await (await composed()).sides.catalogTree()),
    ).view,
  };
  const statusItem = own(window.createStatusBarItem('tensorlake.status', StatusBarAlignment.Left, 0));

  for (const id of Object.values(commandIds))
    own(
      commands.registerCommand(
        id,
        async (...args: unknown[]) => await (await composed()).commands.run(id, args),
      ),
    );
  own(new LazyFileSystem(fileScheme, async () => await (await composed()).remote.fileSystem()));
  own(
    window.registerTerminalProfileProvider(terminalProfileId, {
      provideTerminalProfile: async () => await (await composed()).remote.terminalProfile(),
    }),
  );

  own(
    window.registerUriHandler({
      handleUri: async uri => await (await composed()).openLink(uri),
    }),
  );

  // What went wrong is in the log, and whatever is asked for next tries again.
  const nextTurn = setImmediate(() => void composed().catch(() => undefined));
  own({ dispose: () => clearImmediate(nextTurn) });
}
