import { inBackground } from '../../../core/kernel/unexpected';
import type { RemoteStat } from '../../../core/files/remoteEntry';

/** The state of a file when its content was last read or written here. */
export interface Seen {
  readonly stat: Pick<RemoteStat, 'size' | 'modifiedAtMs'>;
  readonly digest: string;
}

/** A persistent store, such as a Memento of VS Code. */
export interface SeenStorage {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const storageKey = 'tensorlake.files.unsaved';
const mostKept = 100;

/**
 * The last known states of files, by URI. Those of files with unsaved changes outlive the window, as the changes do: VS
 * Code restores and saves them without reading the file again.
 */
export class SeenFiles {
  private readonly seen: Map<string, Seen>;
  private readonly unsaved: Map<string, Seen>;

  constructor(private readonly storage: SeenStorage) {
    this.unsaved = new Map(readKept(storage.get(storageKey)));
    this.seen = new Map(this.unsaved);
  }

  get(key: string): Seen | undefined {
    return this.seen.get(key);
  }

  /** Records the state of a file that was just read or written. */
  set(key: string, seen: Seen): void {
    this.seen.set(key, seen);
    if (this.unsaved.delete(key)) this.keep();
  }

  delete(key: string): void {
    this.seen.delete(key);
    if (this.unsaved.delete(key)) this.keep();
  }

  /** Records that an editor has unsaved changes of a file. */
  hasUnsaved(key: string): void {
    const seen = this.seen.get(key);
    if (!seen || this.unsaved.get(key) === seen) return;
    this.unsaved.set(key, seen);
    this.keep();
  }

  /** Carries the known states of a file, or of those in a folder, over to its new name. */
  carry(from: string, to: string): void {
    for (const [key, seen] of [...this.seen]) {
      if (key !== from && !key.startsWith(`${from}/`)) continue;
      const isUnsaved = this.unsaved.has(key);
      const moved = `${to}${key.slice(from.length)}`;
      this.delete(key);
      this.set(moved, seen);
      if (isUnsaved) this.hasUnsaved(moved);
    }
  }

  private keep(): void {
    const [oldest] = this.unsaved.keys();
    if (oldest !== undefined && this.unsaved.size > mostKept) this.unsaved.delete(oldest);
    inBackground(
      this.storage.update(
        storageKey,
        [...this.unsaved].map(([key, { stat, digest }]) => [key, stat.size, stat.modifiedAtMs, digest]),
      ),
    );
  }
}

/** Parses what `keep` wrote; invalid entries are dropped. */
function readKept(value: unknown): readonly (readonly [string, Seen])[] {
  const rows: readonly unknown[] = Array.isArray(value) ? value : [];
  return rows.flatMap(row => {
    const members: readonly unknown[] = Array.isArray(row) ? row : [];
    const [key, size, modifiedAtMs, digest] = members;
    const isRead =
      typeof key === 'string' &&
      typeof size === 'number' &&
      typeof modifiedAtMs === 'number' &&
      typeof digest === 'string';
    return isRead ? [[key, { stat: { size, modifiedAtMs }, digest }] as const] : [];
  });
}
