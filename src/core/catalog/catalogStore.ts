import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { isDeepEqual } from '../kernel/formats/json';
import { type Failure, type ListStatus, staleSince } from '../list/listStatus';
import type { CatalogImage } from './image';
import type { SandboxPool } from './pool';

/** One half of the catalog, with what it lacks, or why it could not be read. */
export type CatalogPart<T> =
  | {
      readonly ok: readonly T[];
      /** Whether the service has more of it. */
      readonly isCut: boolean;
      /** How many entries could not be read. */
      readonly badRows: number;
    }
  | { readonly failure: Failure };

/** The content of the view Pools and Images. */
export interface CatalogPanel {
  readonly status: ListStatus;
  readonly pools: CatalogPart<SandboxPool>;
  readonly images: CatalogPart<CatalogImage>;
}

const none = { ok: [], isCut: false, badRows: 0 };
const nothing = { pools: none, images: none };

/** Holds everything that is known about pools and images. Fires only if something changed. */
export class CatalogStore implements DisposableLike {
  private readonly emitter = new Emitter<CatalogPanel>();
  readonly onDidChange = this.emitter.event;
  private panel: CatalogPanel = { ...nothing, status: { kind: 'signedOut' } };

  get current(): CatalogPanel {
    return this.panel;
  }

  /** Forgets everything: the account changed. */
  reset(status: Extract<ListStatus, { kind: 'signedOut' | 'loading' }>): void {
    this.replace({ ...nothing, status });
  }

  /**
   * Applies what was read. If one half could not be read, its failure is shown in its place; if neither could, the
   * refresh failed.
   */
  apply(pools: CatalogPart<SandboxPool>, images: CatalogPart<CatalogImage>, nowMs: number): void {
    if ('failure' in pools && 'failure' in images) this.fail(pools.failure);
    else this.replace({ status: { kind: 'fresh', atMs: nowMs }, pools, images });
  }

  /** Records that nothing could be read. What is known is kept. */
  fail(failure: Failure): void {
    this.replace({ ...this.panel, status: staleSince(this.panel.status, failure) });
  }

  /** The pool with an id, if it is known. */
  pool(id: string): SandboxPool | undefined {
    const { pools } = this.panel;
    return 'ok' in pools ? pools.ok.find(pool => pool.id === id) : undefined;
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private replace(panel: CatalogPanel): void {
    if (isDeepEqual(panel, this.panel)) return;
    this.panel = panel;
    this.emitter.fire(panel);
  }
}
