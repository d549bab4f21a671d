/** A terminal inside a sandbox (API reference section 3.7). Times are in milliseconds since the Unix epoch. */
export interface TerminalSession {
  readonly id: string;
  readonly pid?: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly rows?: number;
  readonly cols?: number;
  readonly createdAtMs?: number;
  readonly endedAtMs?: number;
  /** -1 when it is not known. */
  readonly exitCode?: number;
  readonly isAlive: boolean;
  /** How many are attached; absent where the server does not tell. */
  readonly clients?: number;
}

/** What reattaches to a terminal. The token is a secret and is told once, at the creation. */
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

/** A program in a new terminal; as the user of the image. */
export interface TerminalRequest extends Partial<TerminalSize> {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The home directory when absent. */
  readonly workingDir?: string;
}

/**
 * Why a connection to a terminal ended. After `exited` and `killed` there is nothing to come back to; after the
 * others the terminal may live on, and can be attached to again.
 */
export type TerminalEnd =
  | { readonly kind: 'exited'; readonly exitCode?: number }
  /** Killed by request, or with its sandbox. */
  | { readonly kind: 'killed' }
  /** Closed on this side. */
  | { readonly kind: 'detached' }
  /** The server gave this client up because it read too slowly; output between is lost but for the replay. */
  | { readonly kind: 'lagged' }
  /** The server refused the amount of input. */
  | { readonly kind: 'flooded' }
  /** The connection broke, or fell silent. */
  | { readonly kind: 'lost'; readonly reason: string };
