import type { Reply } from '../http/reply';

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
}

export type BodyFault =
  | { readonly kind: 'slow'; readonly ms: number; readonly pieces: number }
  | { readonly kind: 'cut'; readonly keep: number }
  | { readonly kind: 'short'; readonly keep: number };
