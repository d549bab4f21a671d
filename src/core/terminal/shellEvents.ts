import type { DisposableLike } from '../kernel/disposable';
import type { SandboxState } from '../sandbox/state';
import type { TerminalEnd, TerminalSize } from './terminalSession';

/** A connection to a terminal; that of the API is compatible. */
export interface ShellConnection extends DisposableLike {
  write(input: string): void;
  resize(size: TerminalSize): void;
  pause(): void;
  resume(): void;
  probe(): void;
  close(): void;
}

/** What a connection to a terminal reports. @internal */
export interface ShellConnectionEvents {
  output(bytes: Uint8Array): void;
  ended(end: TerminalEnd): void;
}

/** Connects to a shell, and tells what can be known of its sandbox without waking it. */
export interface ShellConnector {
  /** @throws ApiError; of kind `notFound` when there is no such terminal any more */
  attach(events: ShellConnectionEvents, signal: AbortSignal): Promise<ShellConnection>;
  /** The state of the sandbox as the service says it now. Reaches into no sandbox. @throws ApiError */
  sandboxState(signal: AbortSignal): Promise<SandboxState | 'gone'>;
  /** Resumes the sandbox, and resolves whether it runs or not; what went wrong was told. */
  wake(): Promise<void>;
  /** Ends a shell that cannot be attached to. Never fails. */
  abandon(): void;
  /** Whether the account is no longer signed in. */
  isSignedOut(): boolean;
}

/** What a shell has to say besides its output. */
export type ShellNotice =
  /** The connection broke and is being opened again. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The server gave this side up, for reading too slowly or for sending too much. */
  | { readonly kind: 'lagged' | 'flooded' }
  | { readonly kind: 'reconnected' }
  /** Keys were typed without a connection, and are sent when there is one. */
  | { readonly kind: 'keysKept' }
  /** Keys that were typed without a connection are not sent. */
  | { readonly kind: 'keysDropped' }
  /** The sandbox is suspended; Enter resumes it. */
  | { readonly kind: 'suspended' }
  | { readonly kind: 'waking' }
  /** Not tried any more until Enter is pressed. */
  | { readonly kind: 'gaveUp' };

/** Why a shell is over for this side. After `signedOut` it may live on. */
export type ShellEnd =
  | { readonly kind: 'exited'; readonly exitCode?: number }
  | { readonly kind: 'killed' }
  /** Ended while nobody was attached; `isSudden` when that was for less time than the service lets one live. */
  | { readonly kind: 'gone'; readonly isSudden: boolean }
  | { readonly kind: 'sandboxGone' }
  /** The server refuses to attach anybody, so it was ended. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'signedOut' };
