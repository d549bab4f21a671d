/**
 * What was learned of a server while it was used, so that it is asked once for what it does not do. Belongs to a
 * connection, which all clients of its sandboxes share.
 */
export interface Learned {
  /** The token of a terminal counts in the query only (API reference section 3.7). */
  tokenInQuery?: boolean;
  /** There is no `POST /processes/run`. */
  lacksRun?: boolean;
  /** A whole file of this many bytes was refused, so those as large go in pieces. */
  refusedBytes?: number;
}
