import type { World } from './world';

/** One operation of a user, and what is known of it. The rules of `expectations.ts` follow from this. */
export interface Operation {
  readonly name: string;
  readonly plane: 'control' | 'proxy';
  /**
   * When its request is sent again: after any failure that may pass, as two have the effect of one; only when it was surely
   * not delivered; or never, as whoever asked tries again.
   */
  readonly repeats: 'idempotent' | 'undelivered' | 'never';
  /**
   * What it does to the emulator, which is counted. A `state` is reached or not, however often it is asked for; a `thing` is
   * made once more each time; `sent` goes over a connection once that is open.
   */
  readonly effect: 'none' | 'state' | 'thing' | 'sent';
  /** It believes the state that the service gives for the sandbox afterwards, not the answer. */
  readonly isProvenByState?: true;
  readonly prepare: (world: World) => Promise<Trial>;
}

/** An operation with what it needs, which can be done several times. */
export interface Trial {
  /** Does it, as the extension does, and checks the result. @throws ApiError, or Unproven */
  readonly run: () => Promise<void>;
  /** How often it took effect, counted by the emulator. */
  readonly effects?: () => Promise<number>;
  /** How many things the last `run` made as the client finds them in a listing, if its answer was lost. */
  readonly found?: () => Promise<number>;
  /** Waits until it can be done again. */
  readonly ready?: () => Promise<void>;
  readonly dispose?: () => Promise<void>;
}

/** The service answered, and says nothing of the sandbox that proves an effect; the user is told so. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
}
