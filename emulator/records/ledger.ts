/** What survives a restart when there is a data directory. */
export type TableName = 'sandbox' | 'snapshot' | 'pool' | 'image' | 'secret' | 'sshKey' | 'token';

export interface Entry {
  readonly id: string;
}

/**
 * Where the model reports what it changed. A record may be saved many times before it is written; what is written is
 * its state then.
 */
export interface Ledger {
  save(table: TableName, record: Entry): void;
  remove(table: TableName, id: string): void;
  /** Resolves when everything reported so far would survive the end of the process. */
  durable(): Promise<void>;
}

/** Keeps nothing. */
export const forgetful: Ledger = {
  save() {
    // Nothing outlives the process.
  },
  remove() {
    // Nothing outlives the process.
  },
  durable: () => Promise.resolve(),
};
