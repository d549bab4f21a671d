import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { isDeepEqual } from '../kernel/json';
import { type Failure, type ListStatus, staleSince } from '../list/listStatus';
import type { CatalogImage } from './image';
import type { SandboxPool } from './pool';

/** What was read of one half of the catalog, or why it was not. */
export type CatalogPart<T> = { readonly ok: readonly T[] } | { readonly failure: Failure };

/** Everything the view Pools and Images shows. */
export interface CatalogPanel {
  readonly status: ListStatus;
  readonly pools: CatalogPart<SandboxPool>;
  readonly images: CatalogPart<CatalogImage>;
}

const nothing = { pools: { ok: [] }, images: { ok: [] } };

/** The one owner of what is known about pools and images. Says nothing when nothing changed. */
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

  /** Takes what was read. A half that could not be read is told as such; when neither could, the reading failed. */
  apply(pools: CatalogPart<SandboxPool>, images: CatalogPart<CatalogImage>, nowMs: number): void {
    if ('failure' in pools && 'failure' in images) this.fail(pools.failure);
    else this.replace({ status: { kind: 'fresh', atMs: nowMs }, pools, images });
  }

  /** Records that nothing could be read. What is known stays. */
  fail(failure: Failure): void {
    this.replace({ ...this.panel, status: staleSince(this.panel.status, failure) });
  }

  /** The pool of an id, if it is known. */
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
