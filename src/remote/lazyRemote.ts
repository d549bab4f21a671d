import { window } from 'vscode';
import type { ChildSection } from '../app/childNodes';
import { lazy } from '../core/kernel/async';
import { type DisposableLike, DisposableStore } from '../core/kernel/disposable';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import { LazyFileSystem, type LoadedDrops, type LoadedFileSystem } from '../host/editor/lazyProviders';
import { fileScheme, type RemoteCommandId, shownTerminalsKey, terminalProfileId } from '../manifest';
import type { RemoteParts } from './services';

/** What reaches into sandboxes, loaded when somebody wants it. Everybody is given the same services. */
export class LazyRemote implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly services = lazy(async () => {
    const { RemoteServices } = await import('./services');
    return this.disposables.add(new RemoteServices(this.parts));
  });

  /** Offers files and terminals in sandboxes to the editor, and the terminals that the window showed before a reload. */
  constructor(private readonly parts: RemoteParts) {
    this.disposables.add(
      window.registerTerminalProfileProvider(terminalProfileId, {
        provideTerminalProfile: async () => {
          const [{ terminals }, { terminalProfile }] = await Promise.all([
            this.services(),
            import('./terminal/terminalProfile'),
          ]);
          return await terminalProfile(parts.app, terminals);
        },
      }),
    );
    this.disposables.add(new LazyFileSystem(fileScheme, () => this.fileSystem()));
    this.restoreOnceListed();
  }

  /** What there is below a running sandbox, from the top. */
  async sections(): Promise<readonly ChildSection[]> {
    return (await this.services()).sections;
  }

  async drops(): Promise<LoadedDrops> {
    const [{ files }, { dropsOf }] = await Promise.all([this.services(), import('./files/dragAndDrop')]);
    return dropsOf(this.parts.app, files);
  }

  async handlers(): Promise<CommandHandlers<RemoteCommandId>> {
    const [services, { remoteHandlersOf }] = await Promise.all([this.services(), import('./handlers')]);
    return remoteHandlersOf(this.parts.app, services);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async fileSystem(): Promise<LoadedFileSystem> {
    const [{ files }, { SandboxFileSystem }] = await Promise.all([
      this.services(),
      import('./files/fileSystem'),
    ]);
    return this.disposables.add(new SandboxFileSystem(files, this.parts.storage.workspace));
  }

  private restoreOnceListed(): void {
    const { app, storage } = this.parts;
    const left: unknown = storage.workspace.get(shownTerminalsKey);
    if (!Array.isArray(left) || left.length === 0) return;
    const listed = this.disposables.add(
      app.store.onDidChange(({ current }) => {
        if (current.status.kind !== 'fresh') return;
        listed.dispose();
        void this.restoreTerminals();
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
}
