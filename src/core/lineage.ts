import { Emitter, type EventLike } from './event';
import type { DisposableLike } from './disposable';

/** What a sandbox was made from. */
export type Origin =
  | { readonly kind: 'copy'; readonly sandboxId: string }
  | { readonly kind: 'snapshot'; readonly snapshotId: string };

/**
 * Where sandboxes come from, as far as this window made them: the service does not report it (API reference section
 * 2.3). Knows one account's; another starts anew.
 */
export class Lineage implements DisposableLike {
  private readonly emitter = new Emitter<string>();
  /** Fires with the id of the sandbox whose origin was learnt. */
  readonly onDidChange: EventLike<string> = this.emitter.event;
  private readonly origins = new Map<string, Origin>();

  /** Remembers what a sandbox was made from. */
  record(sandboxId: string, origin: Origin): void {
    this.origins.set(sandboxId, origin);
    this.emitter.fire(sandboxId);
  }

  originOf(sandboxId: string): Origin | undefined {
    return this.origins.get(sandboxId);
  }

  /** Ids of the copies made of a sandbox, oldest first. */
  copiesOf(sandboxId: string): readonly string[] {
    return [...this.origins]
      .filter(([, origin]) => origin.kind === 'copy' && origin.sandboxId === sandboxId)
      .map(([id]) => id);
  }

  /** Forgets everything: the account changed. */
  clear(): void {
    this.origins.clear();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
