import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';

/** Origins kept; the oldest are forgotten. @internal */
export const originLimit = 500;

/** Sandbox id and id of the snapshot it was restored from. */
export type RestoredPair = readonly [sandboxId: string, snapshotId: string];

/** What a sandbox was made from: restored from a snapshot, or copied from a running sandbox. */
export type OriginKind = 'snapshot' | 'sandbox';

interface Origin {
  readonly kind: OriginKind;
  readonly id: string;
}

/**
 * What sandboxes were made from, as far as it was done here: the service does not report it (API reference section 2.3
 * has no such field). Restores are kept for the workspace, copies until the account changes.
 */
export class Origins implements DisposableLike {
  private readonly emitter = new Emitter<undefined>();
  readonly onDidChange = this.emitter.event;
  private readonly origins: Map<string, Origin>;

  /**
   * @param kept what `keep` was given last; whatever is not a pair is ignored
   * @param keep stores the restores for the next time
   */
  constructor(
    kept: unknown,
    private readonly keep: (pairs: readonly RestoredPair[]) => void,
  ) {
    const pairs = Array.isArray(kept) ? kept.filter(isPair) : [];
    this.origins = new Map(pairs.map(([sandboxId, id]) => [sandboxId, { kind: 'snapshot', id }]));
  }

  /** Notes what a sandbox was made from. */
  record(sandboxId: string, kind: OriginKind, sourceId: string): void {
    if (this.sourceOf(sandboxId, kind) === sourceId) return;
    this.origins.set(sandboxId, { kind, id: sourceId });
    for (const oldest of this.origins.keys()) {
      if (this.origins.size <= originLimit) break;
      this.origins.delete(oldest);
    }
    this.keep(
      [...this.origins]
        .filter(([, origin]) => origin.kind === 'snapshot')
        .map(([id, origin]) => [id, origin.id]),
    );
    this.emitter.fire(undefined);
  }

  /** The snapshot or sandbox that a sandbox was made from, if that is known. */
  sourceOf(sandboxId: string, kind: OriginKind): string | undefined {
    const origin = this.origins.get(sandboxId);
    return origin?.kind === kind ? origin.id : undefined;
  }

  /** Ids of the sandboxes made from each snapshot or sandbox, in the order of their creation. */
  bySource(kind: OriginKind): ReadonlyMap<string, readonly string[]> {
    const bySource = new Map<string, string[]>();
    for (const [sandboxId, origin] of this.origins) {
      if (origin.kind !== kind) continue;
      const ids = bySource.get(origin.id);
      if (ids) ids.push(sandboxId);
      else bySource.set(origin.id, [sandboxId]);
    }
    return bySource;
  }

  /** Forgets which sandboxes are copies: the account changed. */
  forgetCopies(): void {
    for (const [sandboxId, { kind }] of this.origins) if (kind === 'sandbox') this.origins.delete(sandboxId);
  }

  /** Forgets everything. What was kept is removed by its owner. */
  clear(): void {
    this.origins.clear();
    this.emitter.fire(undefined);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

function isPair(value: unknown): value is RestoredPair {
  return Array.isArray(value) && value.length === 2 && value.every((id: unknown) => typeof id === 'string');
}
