import type { SandboxState } from '../lifecycle/table';

/*
 * What the server remembers. Plain data without methods or timers, so that it can be written to disk as it stands.
 * Nested objects that the service echoes unchanged keep their spelling of the wire.
 */

/** `resources` of API reference sections 2.2 and 2.3. */
export interface Resources {
  readonly cpus: number;
  readonly memory_mb: number;
  readonly disk_mb: number;
  readonly gpus?: readonly { readonly count: number; readonly model: string }[];
}

/** `network` of a request, `network_policy` of an answer (API reference section 2.2). */
export interface NetworkPolicy {
  readonly allow_internet_access: boolean;
  readonly allow_out: readonly string[];
  readonly deny_out: readonly string[];
}

/** A mount of API reference section 2.13. */
export interface FileSystemMount {
  readonly file_system_id: string;
  readonly mount_path: string;
  readonly read_only?: boolean;
  readonly prefetch?: boolean;
  readonly snapshot_id?: string;
}

/** `resource_resize` of API reference section 2.12. */
export interface ResourceResize {
  readonly generation: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly requested: Pick<Resources, 'cpus' | 'memory_mb' | 'disk_mb'>;
  readonly error_message: string | null;
}

/** Why a sandbox that has been placed will not come up. */
export interface StartupFailure {
  readonly terminationReason: string;
  readonly outcome: string;
  readonly errorDetails: unknown;
}

/** What a create asks for once defaults are filled in. */
export interface SandboxSpec {
  readonly name?: string;
  readonly image?: string;
  readonly resources: Resources;
  readonly timeoutSecs: number;
  readonly entrypoint?: readonly string[];
  readonly network?: NetworkPolicy;
  /** `null` when never set: only the management port answers. */
  readonly exposedPorts: readonly number[] | null;
  readonly allowUnauthenticatedAccess: boolean;
  readonly templateId?: string;
  readonly fileSystems: readonly FileSystemMount[];
  /** Secrets of the project that its processes see as environment variables (API reference section 2.18). */
  readonly secretNames?: readonly string[];
  /** The pool it was claimed from. */
  readonly poolId?: string;
  /** Bound on waiting for capacity; absent for one that never gives up. */
  readonly maxPendingMs?: number;
  /** Where its files come from; absent for one that begins with those of its image. */
  readonly origin?: Origin;
}

/** What a sandbox was made from; one of the seeds was there before anybody asked. */
export type Origin =
  | { readonly kind: 'seed' }
  | { readonly kind: 'snapshot'; readonly snapshotId: string }
  | { readonly kind: 'copy'; readonly sandboxId: string };

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A sandbox. The lifecycle engine alone writes `state`, `placed` and what an ending leaves behind. */
export interface SandboxRecord extends Mutable<SandboxSpec> {
  readonly id: string;
  readonly projectId: string;
  readonly createdAtMs: number;
  state: SandboxState;
  /** Whether it holds capacity of a host. */
  placed: boolean;
  /** Kept ready by a pool and not claimed: it has no idle clock, and no project lists it. */
  readonly warm?: boolean;
  /** The container of a pool it came up in. */
  containerId?: string;
  /** How it comes up when it is placed next. */
  start: 'boot' | 'resume';
  startupFailure?: StartupFailure;
  pendingReason?: string;
  outcome?: string;
  terminationReason?: string;
  errorDetails?: unknown;
  terminatedAtMs?: number;
  archivedAtMs?: number;
  /** When the lifecycle moves it on by itself; absent when it waits for someone. */
  dueAtMs?: number;
  resize?: ResourceResize;
  /** How often it has been resumed. */
  moves?: number;
  /** The snapshot being taken while `snapshotting`. */
  snapshotId?: string;
}

export type SnapshotStatus = 'in_progress' | 'local_ready' | 'completed' | 'failed';
export type SnapshotType = 'filesystem' | 'memory';

/** A snapshot (API reference section 2.10), with what a restore takes over from its source. */
export interface SnapshotRecord {
  readonly id: string;
  readonly projectId: string;
  readonly sandboxId: string;
  readonly createdAtMs: number;
  readonly type: SnapshotType;
  readonly image?: string;
  readonly resources: Resources;
  readonly entrypoint?: readonly string[];
  readonly secretNames?: readonly string[];
  status: SnapshotStatus;
  sizeBytes?: number;
  uri?: string;
  error?: string;
}
