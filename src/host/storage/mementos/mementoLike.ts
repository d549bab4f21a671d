/** The part of VS Code's `Memento` that is used. */
export interface MementoLike {
  keys(): readonly string[];
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Storage that several windows write to. */
export interface SharedMementoLike extends MementoLike {
  /**
   * Changes a part of a value, such as one entry of a list, and leaves the rest as other windows have it.
   *
   * @param change must have no effect when it is made again
   */
  change(key: string, change: (current: unknown) => unknown): PromiseLike<void>;
}
