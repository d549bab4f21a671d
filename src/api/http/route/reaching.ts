/** How a socket to a server or a proxy is opened, whoever opens it. */
export const reaching = {
  /**
   * How long the next address of a host waits, in milliseconds. Node gives up an address after 250 ms, so that a host with
   * two, of which one cannot be reached, could not be reached at all over a slower link.
   */
  autoSelectFamilyAttemptTimeout: 2_000,
  /**
   * After this silence the system asks whether the other side is still there, and ten seconds later it is not. For what
   * waits for an answer, or reads a stream, when the machine sleeps or the network changes.
   */
  keepAliveInitialDelay: 10_000,
} as const;
