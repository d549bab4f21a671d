import type { Memento } from 'vscode';
import type { SharedMementoLike } from '../../../src/host/storage/mementos/mementoLike';

/** A Memento in memory; each reader gets a copy of its own, as in the editor. */
export class FakeMemento implements Memento, SharedMementoLike {
  readonly kept = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.kept.keys()];
  }

  get(key: string): undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string): unknown {
    return structuredClone(this.kept.get(key));
  }

  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.kept.delete(key);
    else this.kept.set(key, structuredClone(value));
    return Promise.resolve();
  }

  change(key: string, change: (current: unknown) => unknown): Promise<void> {
    return this.update(key, change(structuredClone(this.kept.get(key))));
  }
}
