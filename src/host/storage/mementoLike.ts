/** The part of VS Code's `Memento` that is used. */
export interface MementoLike {
  keys(): readonly string[];
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
