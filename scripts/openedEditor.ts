/** A running editor, for a person or the smoke test. */
export interface OpenedEditor {
  /** Says in one line where it is. */
  readonly description: string;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}
