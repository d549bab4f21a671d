/** One entry of a directory inside a sandbox, about the entry itself: a link to a directory is no directory. */
export interface DirectoryEntry {
  /** One path component; untrusted otherwise. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes; absent for directories. */
  readonly size?: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAtMs?: number;
}
