import { l10n, type TerminalProfile } from 'vscode';
import type { ChildSection } from '../app/nodes/childNodes';
import type { Creation } from '../app/features';
import type { KeptData } from '../app/storedData/keptData';
import { inBackground } from '../core/kernel/unexpected';
import { loadedOnce } from '../core/kernel/async';
import { type DisposableLike, DisposableStore } from '../core/kernel/disposable';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import type { LoadedDrops, LoadedFileSystem } from '../host/editor/documents/lazyProviders';
import { reportFailure } from '../host/editor/dialogs/messages';
import { openForwardsKey, type RemoteCommandId, shownTerminalsKey } from '../manifest';
import type { RemoteParts, RemoteServices } from './services';

/** What reaches into sandboxes, loaded when somebody wants it. Everybody is given the same services. */
export class LazyRemote implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly services = loadedOnce(async () => {
    const { RemoteServices: Loaded } = await import('./services');
    this.loaded = this.disposables.add(new Loaded(this.parts));
    return this.loaded;
  });
  private loaded: RemoteServices | undefined;

  /** What is dragged out of the tree and dropped on it. */
  readonly drops: LoadedDrops = {
    drag: async (nodes, data) => {
      await (await this.loadDrops()).drag(nodes, data);
    },
    drop: async (node, data) => {
      try {
        await (await this.loadDrops()).drop(node, data);
      } catch (error) {
        await reportFailure(l10n.t('Could not take what was dropped'), error, () => undefined);
      }
    },
  };

  /** Offers the terminals that the window showed before a reload, and the ports that it forwarded. */
  constructor(private readonly parts: RemoteParts) {
    this.restoreOnceListed();
  }

  /** What there is below a running sandbox, from the top. */
  async sections(): Promise<readonly ChildSection[]> {
    return (await this.services()).sections;
  }

  /** Ids of the sandboxes of which this window shows a terminal, or forwards a port. */
  inUse(): readonly string[] {
    return this.loaded?.inUse() ?? [];
  }

  async handlers(): Promise<CommandHandlers<RemoteCommandId>> {
    const [services, { remoteHandlersOf }] = await Promise.all([this.services(), import('./handlers')]);
    return remoteHandlersOf(this.parts.app, services);
  }

  /** What is kept outside the sandboxes. */
  async data(): Promise<readonly KeptData[]> {
    const [services, { remoteData }] = await Promise.all([this.services(), import('./remoteData')]);
    return remoteData(this.parts.app, services, this.parts.storage);
  }

  /** Does with sandboxes that were just made what the user has chosen. */
  async followCreation(creation: Creation): Promise<void> {
    const [services, loaded] = await Promise.all([this.services(), import('./setUp/followCreation')]);
    await loaded.followCreation(this.parts.app, services, creation);
  }

  async fileSystem(): Promise<LoadedFileSystem> {
    const [services, { openFileSystem }] = await Promise.all([this.services(), import('./files/fileSystem')]);
    return this.disposables.add(openFileSystem(this.parts, services));
  }

  async terminalProfile(): Promise<TerminalProfile> {
    const [{ terminals }, { terminalProfile }] = await Promise.all([
      this.services(),
      import('./terminal/terminalProfile'),
    ]);
    return await terminalProfile(this.parts.app, terminals);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async loadDrops(): Promise<LoadedDrops> {
    const [{ files, consent, renames }, { dropsOf }] = await Promise.all([
      this.services(),
      import('./files/tree/dragAndDrop'),
    ]);
    return dropsOf(this.parts.app, files, consent, renames);
  }

  private restoreOnceListed(): void {
    const { app, storage } = this.parts;
    const isKept = (key: string): boolean => {
      const left: unknown = storage.workspace.get(key);
      return Array.isArray(left) && left.length > 0;
    };
    const [hasTerminals, hasForwards] = [isKept(shownTerminalsKey), isKept(openForwardsKey)];
    if (!hasTerminals && !hasForwards) return;
    const listed = this.disposables.add(
      app.store.onDidChange(({ current }) => {
        if (current.status.kind !== 'fresh') return;
        listed.dispose();
        if (hasTerminals) inBackground(this.restoreTerminals());
        if (hasForwards) inBackground(this.restoreForwards());
      }),
    );
  }

  private async restoreTerminals(): Promise<void> {
    const [{ terminals }, { restoreTerminals }] = await Promise.all([
      this.services(),
      import('./terminal/restoreTerminals'),
    ]);
    await restoreTerminals(this.parts.app, terminals);
  }

  private async restoreForwards(): Promise<void> {
    const [{ forwards }, { restoreForwards }] = await Promise.all([
      this.services(),
      import('./ports/restoreForwards'),
    ]);
    await restoreForwards(this.parts.app, forwards);
  }
}
