import { tryAll } from '../../core/kernel/async';
import type { MementoLike } from './mementoLike';

/** When all data was removed last, in milliseconds since the Unix epoch: in the global storage and in each workspace. */
const removedKey = 'tensorlake.removedAt';

/** All that the extension stored with the editor, secrets excepted. */
export class KeptStorage {
  constructor(
    private readonly global: MementoLike,
    private readonly ofWorkspace: MementoLike,
    /** Deletes the files that the extension stored. */
    private readonly removeFiles: () => Promise<void>,
  ) {}

  /**
   * Removes what this workspace stored before all data was removed in another one, which could not reach it. Takes
   * effect at once.
   */
  dropRemoved(): void {
    const removedAt = this.global.get(removedKey);
    if (removedAt === undefined || this.ofWorkspace.get(removedKey) === removedAt) return;
    for (const key of this.ofWorkspace.keys()) void this.ofWorkspace.update(key, undefined);
    void this.ofWorkspace.update(removedKey, removedAt);
  }

  /**
   * Removes everything from here, and from other workspaces when they are next opened.
   *
   * @param except beginnings of the keys that stay
   */
  async removeAll(nowMs: number, except: readonly string[]): Promise<void> {
    const stays = (key: string): boolean => except.some(beginning => key.startsWith(beginning));
    const emptied = (memento: MementoLike) =>
      memento
        .keys()
        .filter(key => !stays(key))
        .map(key => async () => await memento.update(key, undefined));
    await tryAll([...emptied(this.global), ...emptied(this.ofWorkspace), this.removeFiles]);
    await tryAll(
      [this.global, this.ofWorkspace].map(memento => async () => await memento.update(removedKey, nowMs)),
    );
  }
}
