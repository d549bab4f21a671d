import type { Memento } from 'vscode';

/**
 * Stores changes one after the other. When the editor has stored a value it hands back all of them as they are then,
 * which undoes what was changed since; so nothing is changed there before that has come, and is read from here until then.
 */
export class OrderedMemento implements Memento {
  private readonly changes = new Map<string, { readonly value: unknown }>();
  private lastWrite: PromiseLike<void> = Promise.resolve();

  constructor(private readonly memento: Pick<Memento, 'keys' | 'get' | 'update'>) {}

  keys(): readonly string[] {
    const kept = this.memento.keys().filter(key => !this.changes.has(key));
    const changed = [...this.changes].flatMap(([key, { value }]) => (value === undefined ? [] : [key]));
    return [...kept, ...changed];
  }

  get(key: string): undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string, fallback?: unknown): unknown {
    const change = this.changes.get(key);
    const value = change ? structuredClone(change.value) : this.memento.get(key, undefined as unknown);
    return value === undefined ? fallback : value;
  }

  /** Settles once it is stored; takes effect here at once. */
  update(key: string, value: unknown): Thenable<void> {
    const change = { value };
    this.changes.set(key, change);
    const write = async (): Promise<void> => {
      try {
        await this.memento.update(key, value);
      } finally {
        if (this.changes.get(key) === change) this.changes.delete(key);
      }
    };
    this.lastWrite = this.lastWrite.then(write, write);
    return this.lastWrite;
  }
}
