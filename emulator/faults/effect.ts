import type { Reply } from '../http/reply';

/** What the daemon of a sandbox does otherwise than it should, or as an older one does. */
export interface DaemonFaults {
  /** `POST /processes/run` ends without its final frame. */
  readonly missingFinalFrame?: boolean;
  /** A silent stream is kept open by a `data:` frame instead of a comment. */
  readonly heartbeatFrames?: boolean;
  /** The end of a terminal is told by the close reason alone. */
  readonly legacyPtyExit?: boolean;
  /** `handle`, `oom_killed` and `managed` are left out of processes. */
  readonly legacyProcesses?: boolean;
}

/** What a fault does to one request. */
export interface Effect {
  /** Answers, and the request is not processed. */
  readonly instead?: (nowMs: number) => Reply;
  /** Cut before the request is processed, cut when the answer would begin, or left open for ever. */
  readonly connection?: 'dropBefore' | 'dropAfter' | 'halfOpen';
  /** Processed, but nothing of the answer comes before this. Of a sandbox's answer it delays the processing. */
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
