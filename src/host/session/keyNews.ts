import { randomUUID } from 'node:crypto';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import { isJsonObject } from '../../core/kernel/formats/json';
import type { MementoLike } from '../storage/mementos/mementoLike';

/** What became of the key in a slot. */
export interface KeyChange {
  readonly slot: string;
  /** Whether it was stored; otherwise it was deleted. */
  readonly isKept: boolean;
}

const newsKey = 'tensorlake.keyChange';

/**
 * Tells other windows of a key that was stored or deleted. The desktop editor does that by itself; in a browser each
 * window has read all secrets when it was opened, and learns nothing of what others do with them.
 */
export class KeyNews implements DisposableLike {
  private readonly emitter = new Emitter<KeyChange>();
  /** Fires with the last change that another window told of. */
  readonly onDidHear: EventLike<KeyChange> = this.emitter.event;
  private readonly subscription;
  private lastId: string | undefined;

  constructor(
    private readonly shared: MementoLike & { readonly onDidChange: EventLike<ReadonlySet<string>> },
  ) {
    this.lastId = this.read()?.id;
    this.subscription = shared.onDidChange(keys => {
      if (keys.has(newsKey)) this.hear();
    });
  }

  async tell({ slot, isKept }: KeyChange): Promise<void> {
    const id = randomUUID();
    this.lastId = id;
    await this.shared.update(newsKey, { id, slot, isKept });
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }

  private hear(): void {
    const news = this.read();
    if (!news || news.id === this.lastId) return;
    this.lastId = news.id;
    this.emitter.fire({ slot: news.slot, isKept: news.isKept });
  }

  private read(): (KeyChange & { readonly id: string }) | undefined {
    const kept = this.shared.get(newsKey);
    if (!isJsonObject(kept)) return undefined;
    const { id, slot, isKept } = kept;
    return typeof id === 'string' && typeof slot === 'string' && typeof isKept === 'boolean'
      ? { id, slot, isKept }
      : undefined;
  }
}
