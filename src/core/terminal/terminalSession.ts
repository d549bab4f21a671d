/** A terminal in a sandbox (API reference section 3.7). Times are in milliseconds since the Unix epoch. */
export interface TerminalSession {
  readonly id: string;
  readonly pid?: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly rows?: number;
  readonly cols?: number;
  readonly createdAtMs?: number;
  readonly endedAtMs?: number;
  /** -1 if it is unknown. */
  readonly exitCode?: number;
  readonly isAlive: boolean;
  /** How many clients are attached; absent if the server does not report it. */
  readonly clients?: number;
}

/** What is needed to attach to a terminal. The token is a secret, and only the answer to the create contains it. */
export interface TerminalTicket {
  readonly sessionId: string;
  readonly token: string;
}

export interface TerminalSize {
  /** 1 to 500. */
  readonly rows: number;
  /** 1 to 1000. */
  readonly cols: number;
}

/** A program to run in a new terminal, as the user of the image. */
export interface TerminalRequest extends Partial<TerminalSize> {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The home directory when absent. */
  readonly workingDir?: string;
}

/**
 * Why a connection to a terminal ended. After `exited` and `killed` the terminal is gone; otherwise it may live on and
 * can be attached to again.
 */
export type TerminalEnd =
  | { readonly kind: 'exited'; readonly exitCode?: number }
  /** Killed by request, or with its sandbox. */
  | { readonly kind: 'killed' }
  /** Closed on this side. */
  | { readonly kind: 'detached' }
  /** The server dropped this client because it read too slowly; output in between is lost except for the replay. */
  | { readonly kind: 'lagged' }
  /** The server dropped this client because it sent too much input. */
  | { readonly kind: 'flooded' }
  /** The connection broke, or fell silent. */
  | { readonly kind: 'lost'; readonly reason: string };
