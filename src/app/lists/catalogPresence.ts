import type { CatalogPart, CatalogStore } from '../../core/catalog/catalogStore';
import type { CatalogImage } from '../../core/catalog/image';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import { inBackground } from '../../core/kernel/unexpected';
import type { SandboxStore } from '../../core/list/store';
import type { CatalogSource } from './catalogReader';

interface AskedConnection extends CatalogSource {
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

export interface CatalogPresenceOptions {
  readonly sandboxes: SandboxStore;
  readonly connections: { readonly current: AskedConnection | undefined };
  readonly catalog: CatalogStore;
  readonly logger: Logger;
  /** Told whether the project has pools, or images of its own. */
  readonly tell: (isShown: boolean) => void;
}

/**
 * Whether there is anything to show in the view Pools and Images: asked once for each connection, after its first listing of
 * sandboxes, and when the user refreshes. Never by itself again.
 */
export class CatalogPresence implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private asked: AskedConnection | undefined;

  constructor(private readonly options: CatalogPresenceOptions) {
    const { sandboxes, catalog, tell } = options;
    this.disposables.add(
      sandboxes.onDidChange(({ current }) => this.follow(current.status.kind === 'fresh')),
    );
    this.disposables.add(
      catalog.onDidChange(({ status, pools, images }) => {
        if (status.kind === 'fresh') tell(hasAny(pools) || hasAny(images, image => !image.isManaged));
      }),
    );
    this.follow(sandboxes.current.status.kind === 'fresh');
  }

  /** Asks again: the user refreshes. */
  ask(): void {
    const connection = this.options.connections.current;
    if (connection) inBackground(this.read(connection));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private follow(isListed: boolean): void {
    const { connections, tell } = this.options;
    const { current } = connections;
    if (this.asked === current) return;
    if (current === undefined || isListed) this.asked = current;
    if (isListed) this.ask();
    else tell(false);
  }

  private async read(connection: AskedConnection): Promise<void> {
    const { connections, logger, tell } = this.options;
    try {
      const { hasCatalog } = await import('./catalogReader');
      const isShown = await hasCatalog(connection, connection.signal);
      if (connections.current === connection) tell(isShown);
    } catch (error) {
      if (!connection.signal.aborted) logger.debug(`Whether there are pools is not known: ${String(error)}`);
    }
  }
}

function hasAny<T = CatalogImage>(part: CatalogPart<T>, counts: (entry: T) => boolean = () => true): boolean {
  return 'ok' in part && part.ok.some(counts);
}
