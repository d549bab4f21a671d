import { tryAll } from '../../../core/kernel/async';
import type { MementoLike } from './mementoLike';

/** When all data was removed last, in milliseconds since the Unix epoch: in the global storage and in each workspace. */
export const removedKey = 'tensorlake.removedAt';

/** All that the extension stored with the editor, secrets excepted. */
export class KeptStorage {
  constructor(
    private readonly global: MementoLike,
    private readonly ofWorkspace: MementoLike,
    /** Deletes the files that the extension stored. */
    private readonly removeFiles: () => Promise<void>,
  ) {}

  /** Whether all data was removed in another window, and this workspace still has what it stored before. */
  get isBehind(): boolean {
    const removedAt = this.global.get(removedKey);
    return removedAt !== undefined && this.ofWorkspace.get(removedKey) !== removedAt;
  }

  /**
   * Removes what this workspace stored before all data was removed in another one, which could not reach it. Takes
   * effect at once, and rejects when it cannot be stored.
   */
  async dropRemoved(): Promise<void> {
    if (!this.isBehind) return;
    const removedAt = this.global.get(removedKey);
    await tryAll([
      ...this.ofWorkspace.keys().map(key => async () => await this.ofWorkspace.update(key, undefined)),
      async () => await this.ofWorkspace.update(removedKey, removedAt),
    ]);
  }

  /**
   * Removes everything from here, and from other workspaces at once where they are open, else when they are next opened.
   *
   * @param except beginnings of the keys that stay
   * @returns false when something else is left
   */
  async removeAll(nowMs: number, except: readonly string[]): Promise<boolean> {
    const emptying = [this.global, this.ofWorkspace].map(memento => emptied(memento, nowMs, except));
    await tryAll([this.removeFiles, ...emptying.map(each => () => each)]);
    return (await Promise.all(emptying)).every(Boolean);
  }
}

async function emptied(memento: MementoLike, nowMs: number, except: readonly string[]): Promise<boolean> {
  const left = (): readonly string[] =>
    memento.keys().filter(key => key !== removedKey && !except.some(beginning => key.startsWith(beginning)));
  await tryAll([
    ...left().map(key => async () => await memento.update(key, undefined)),
    async () => await memento.update(removedKey, nowMs),
  ]);
  return left().length === 0;
}
