/** The tables that survive a restart when there is a data directory. */
export type TableName = 'sandbox' | 'snapshot' | 'pool' | 'image' | 'secret' | 'sshKey' | 'token';

export interface Entry {
  readonly id: string;
}

/**
 * Takes the changes of the model. A record may be saved many times before it is written; the write takes its state at that time.
 */
export interface Ledger {
  save(table: TableName, record: Entry): void;
  remove(table: TableName, id: string): void;
  /** Resolves when everything reported so far would survive the end of the process. */
  durable(): Promise<void>;
}

/** Keeps nothing, for an emulator without a data directory. */
export const noLedger: Ledger = {
  save: () => undefined,
  remove: () => undefined,
  durable: () => Promise.resolve(),
};
