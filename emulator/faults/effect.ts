import type { Reply } from '../http/reply';

/** Faults of the daemon of a sandbox, and differences of older daemons. */
export interface DaemonFaults {
  /** `POST /processes/run` ends without its final frame. */
  readonly missingFinalFrame?: boolean;
  /** A silent stream is kept open by a `data:` frame instead of a comment. */
  readonly heartbeatFrames?: boolean;
  /** Only the close reason reports the end of a terminal. */
  readonly legacyPtyExit?: boolean;
  /** `handle`, `oom_killed` and `managed` are left out of processes. */
  readonly legacyProcesses?: boolean;
}

/** What a fault does to one request. */
export interface Effect {
  /** The answer in place of processing the request. */
  readonly instead?: (nowMs: number) => Reply;
  /** Cut before the request is processed, cut when the answer begins, or left open without an answer. */
  readonly connection?: 'dropBefore' | 'dropAfter' | 'halfOpen';
  /** Processed, but the answer begins only after this time. For a sandbox the processing waits as well. */
  readonly headersAfterMs?: number;
  /** Changes an answer of the control plane. */
  readonly rewrite?: (reply: Reply) => Reply;
  /** How the body of an answer of the control plane arrives. */
  readonly body?: BodyFault;
  /** How far the clock of the server is ahead. */
  readonly skewMs?: number;
  readonly daemon?: DaemonFaults;
}

/** What all of `effects` together do to the daemon. */
export function daemonFaultsOf(effects: readonly Effect[]): DaemonFaults {
  return effects.reduce<DaemonFaults>((all, { daemon }) => ({ ...all, ...daemon }), {});
}

export type BodyFault =
  | { readonly kind: 'slow'; readonly ms: number; readonly pieces: number }
  | { readonly kind: 'cut'; readonly keep: number }
  | { readonly kind: 'short'; readonly keep: number };
