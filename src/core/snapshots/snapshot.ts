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

/** Whether a snapshot can be restored from: its durable copy need not be finished (API reference section 2.10). */
export function isRestorable({ status }: Pick<SandboxSnapshot, 'status'>): boolean {
  return status === 'local_ready' || status === 'completed';
}

/** What can be done with a snapshot; the words end up in `contextValue`. */
export const snapshotTokens = ['snapshot', 'canRestore', 'canDelete'] as const;

/** The tokens of a snapshot; one that is being deleted has but the first. */
export function snapshotTokensOf(
  snapshot: SandboxSnapshot,
  isDeleting: boolean,
): readonly (typeof snapshotTokens)[number][] {
  if (isDeleting) return ['snapshot'];
  return isRestorable(snapshot) ? ['snapshot', 'canRestore', 'canDelete'] : ['snapshot', 'canDelete'];
}

/**
 * How a `TransitionWatcher` tells which snapshots are being taken. One that can be restored from is still being stored,
 * but it is polled only if it was seen before that.
 */
export const watchedSnapshot = {
  idOf: ({ id }: SandboxSnapshot) => id,
  transitionOf: ({ status }: SandboxSnapshot, current: string | undefined) =>
    status === 'in_progress' || (status === 'local_ready' && current !== undefined) ? 'taking' : undefined,
};
