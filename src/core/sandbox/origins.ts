import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';

/** Pairs kept; the oldest are forgotten. @internal */
export const lineageLimit = 500;

/** Sandbox id and id of the snapshot it was restored from. */
export type LineagePair = readonly [sandboxId: string, snapshotId: string];

/**
 * Which sandbox was restored from which snapshot, as far as this workspace has seen: the service does not tell (API
 * reference section 2.3 has no such field), so what is known is what was restored from here.
 */
export class Lineage implements DisposableLike {
  private readonly emitter = new Emitter<undefined>();
  readonly onDidChange = this.emitter.event;
  private readonly sources: Map<string, string>;

  /**
   * @param kept what `keep` was given last, or anything else, of which what is no pair is ignored
   * @param keep stores the pairs for the next time
   */
  constructor(
    kept: unknown,
    private readonly keep: (pairs: readonly LineagePair[]) => void,
  ) {
    this.sources = new Map(Array.isArray(kept) ? kept.filter(isPair) : []);
  }

  /** Notes that a sandbox was restored from a snapshot. */
  record(sandboxId: string, snapshotId: string): void {
    if (this.sources.get(sandboxId) === snapshotId) return;
    this.sources.set(sandboxId, snapshotId);
    for (const oldest of this.sources.keys()) {
      if (this.sources.size <= lineageLimit) break;
      this.sources.delete(oldest);
    }
    this.keep([...this.sources]);
    this.emitter.fire(undefined);
  }

  /** The snapshot a sandbox was restored from, if that is known. */
  sourceOf(sandboxId: string): string | undefined {
    return this.sources.get(sandboxId);
  }

  /** Ids of the sandboxes known to be restored from each snapshot, in the order of their creation. */
  restored(): ReadonlyMap<string, readonly string[]> {
    const bySnapshot = new Map<string, string[]>();
    for (const [sandboxId, snapshotId] of this.sources) {
      const ids = bySnapshot.get(snapshotId);
      if (ids) ids.push(sandboxId);
      else bySnapshot.set(snapshotId, [sandboxId]);
    }
    return bySnapshot;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

function isPair(value: unknown): value is LineagePair {
  return Array.isArray(value) && value.length === 2 && value.every(id => typeof id === 'string');
}
