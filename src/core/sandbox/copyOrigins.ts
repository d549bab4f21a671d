import type { DisposableLike } from '../kernel/disposable';
import { Emitter, type EventLike } from '../kernel/event';

/**
 * Which sandboxes are copies of which, as far as this window made them: the service does not report it (API reference
 * section 2.3). Knows one account's; another starts anew.
 */
export class CopyOrigins implements DisposableLike {
  private readonly emitter = new Emitter<undefined>();
  readonly onDidChange: EventLike<undefined> = this.emitter.event;
  private readonly sources = new Map<string, string>();

  /** Remembers that a sandbox is a copy of another. */
  record(copyId: string, sourceId: string): void {
    this.sources.set(copyId, sourceId);
    this.emitter.fire(undefined);
  }

  /** What a sandbox is a copy of, if that is known. */
  sourceOf(copyId: string): string | undefined {
    return this.sources.get(copyId);
  }

  /** Ids of the copies made of a sandbox, oldest first. */
  copiesOf(sourceId: string): readonly string[] {
    return [...this.sources].filter(([, source]) => source === sourceId).map(([id]) => id);
  }

  /** Forgets everything: the account changed. */
  clear(): void {
    this.sources.clear();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
