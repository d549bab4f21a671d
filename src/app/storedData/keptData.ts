/** Something that the extension keeps outside the sandboxes, as Remove All Data sees it. */
export interface KeptData {
  /** What it is called where it could not be removed. */
  readonly name: () => string;
  /** What there is, a line for each thing. */
  readonly list: () => readonly string[] | Promise<readonly string[]>;
  /** Ends and deletes it. @throws when part of it is left */
  readonly remove: () => Promise<void>;
  /** Beginnings of the keys in the storage by which what is left is found again. */
  readonly keys: readonly string[];
}
