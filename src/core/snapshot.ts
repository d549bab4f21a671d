/** A stored copy of a sandbox (API reference section 2.10). Times are milliseconds since the Unix epoch. */
export interface SandboxSnapshot {
  readonly id: string;
  readonly namespace?: string;
  readonly sandboxId?: string;
  /** `in_progress`, `local_ready`, `completed`, `failed`, or a word this version does not know. */
  readonly status: string;
  /** `filesystem`, `memory`, or a word this version does not know. */
  readonly type?: string;
  readonly baseImage?: string;
  readonly error?: string;
  readonly uri?: string;
  readonly formatVersion?: string;
  readonly sizeBytes?: number;
  readonly rootfsDiskBytes?: number;
  readonly createdAtMs?: number;
  readonly raw: Readonly<Record<string, unknown>>;
}

export const snapshotTypes = ['filesystem', 'memory'] as const;

/** What a snapshot keeps: the disk alone, or disk, memory and processes. */
export type SnapshotType = (typeof snapshotTypes)[number];
