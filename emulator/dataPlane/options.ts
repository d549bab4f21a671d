/** How the inside of sandboxes is set up; what servers differ in is a switch (`dialect.ts`) or a fault. */
export interface DataPlaneOptions {
  /**
   * Where the files of sandboxes and snapshots are kept. Default: below the data directory of the server; without one,
   * a fresh directory that is removed at the stop.
   */
  readonly dataDir?: string;
  /** For this long after a boot nothing listens in the guest yet: 502 `CONNECTION_REFUSED`. Default: 0. */
  readonly readyAfterBootMs?: number;
  /** Commands see translated paths only, as where the system has no mount namespaces. Default: false. */
  readonly plainPaths?: boolean;
}
