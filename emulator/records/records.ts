import { z } from 'zod';

/*
 * What the server remembers: plain data without methods or timers, so that it can be written to disk as it stands. The
 * types follow from the schemas that read it back. Nested objects that the service echoes unchanged keep the spelling
 * of the wire.
 */

export const text = z.string();
export const texts = z.array(text).readonly();
/** Milliseconds since the Unix epoch. */
export const time = z.number();

/** Members of everything that belongs to a project. */
export const projectMember = { id: text, projectId: text, createdAtMs: time };

/** `resources` of API reference sections 2.2 and 2.3. */
export const resources = z.object({
  cpus: z.number(),
  memory_mb: z.number(),
  disk_mb: z.number(),
  gpus: z
    .array(z.object({ count: z.number(), model: text }))
    .readonly()
    .optional(),
});

export type Resources = z.output<typeof resources>;

/** `network` of a request, `network_policy` of an answer (API reference section 2.2). */
export const network = z.object({ allow_internet_access: z.boolean(), allow_out: texts, deny_out: texts });

export type NetworkPolicy = z.output<typeof network>;

/** A mount of API reference section 2.13. */
const fileSystemMount = z.object({
  file_system_id: text,
  mount_path: text,
  read_only: z.boolean().optional(),
  prefetch: z.boolean().optional(),
  snapshot_id: text.optional(),
});

export type FileSystemMount = z.output<typeof fileSystemMount>;

/** `resource_resize` of API reference section 2.12. */
const resourceResize = z.object({
  generation: z.number(),
  status: z.enum(['pending', 'succeeded', 'failed']),
  requested: resources.pick({ cpus: true, memory_mb: true, disk_mb: true }),
  error_message: text.nullable(),
});

/** Why a sandbox that has been placed will not come up. */
const startupFailure = z.object({ terminationReason: text, outcome: text, errorDetails: z.unknown() });

export type StartupFailure = z.output<typeof startupFailure>;

/**
 * States on the wire (API reference section 2.3). The service has no `hibernating`: it stands for whatever a later
 * version may add, and only a seed is ever in it.
 */
const sandboxState = z.enum([
  'pending',
  'running',
  'snapshotting',
  'suspending',
  'suspended',
  'terminated',
  'hibernating',
]);

export type SandboxState = z.output<typeof sandboxState>;

/** What a create asks for once defaults are filled in. */
const sandboxSpec = z.object({
  name: text.optional(),
  image: text.optional(),
  resources,
  timeoutSecs: z.number(),
  entrypoint: texts.optional(),
  network: network.optional(),
  /** `null` when never set: only the management port answers. */
  exposedPorts: z.array(z.number()).readonly().nullable(),
  allowUnauthenticatedAccess: z.boolean(),
  templateId: text.optional(),
  fileSystems: z.array(fileSystemMount).readonly(),
  /** Secrets of the project that its processes see as environment variables (API reference section 2.18). */
  secretNames: texts.optional(),
  /** The pool it was claimed from. */
  poolId: text.optional(),
  /** Bound on waiting for capacity; absent for one that never gives up. */
  maxPendingMs: z.number().optional(),
  /** Where its files come from; absent for one that begins with those of its image. */
  origin: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('seed') }),
      z.object({ kind: z.literal('snapshot'), snapshotId: text }),
      z.object({ kind: z.literal('copy'), sandboxId: text }),
    ])
    .optional(),
});

export type SandboxSpec = z.output<typeof sandboxSpec>;

/** A sandbox. The lifecycle engine alone writes `state`, `placed` and what an ending leaves behind. */
export const sandboxRecord = sandboxSpec.extend({
  ...projectMember,
  state: sandboxState,
  /** Whether it holds capacity of a host. */
  placed: z.boolean(),
  /** Kept ready by a pool and not claimed: it has no idle clock, no project lists it, and no journal keeps it. */
  warm: z.boolean().optional(),
  /** The container of a pool it came up in. */
  containerId: text.optional(),
  /** How it comes up when it is placed next. */
  start: z.enum(['boot', 'resume']),
  startupFailure: startupFailure.optional(),
  pendingReason: text.optional(),
  outcome: text.optional(),
  terminationReason: text.optional(),
  errorDetails: z.unknown().optional(),
  terminatedAtMs: time.optional(),
  archivedAtMs: time.optional(),
  /** When the lifecycle moves it on by itself; absent when it waits for someone. */
  dueAtMs: time.optional(),
  resize: resourceResize.optional(),
  /** How often it has been resumed. */
  moves: z.number().optional(),
  /** The snapshot being taken while `snapshotting`. */
  snapshotId: text.optional(),
});

export type SandboxRecord = z.output<typeof sandboxRecord>;

/** A snapshot (API reference section 2.10), with what a restore takes over from its source. */
export const snapshotRecord = z.object({
  ...projectMember,
  sandboxId: text,
  type: z.enum(['filesystem', 'memory']),
  image: text.optional(),
  resources,
  entrypoint: texts.optional(),
  secretNames: texts.optional(),
  /** Absent in a journal of an earlier version, as is the next one. */
  exposedPorts: sandboxSpec.shape.exposedPorts.optional(),
  allowUnauthenticatedAccess: z.boolean().optional(),
  status: z.enum(['in_progress', 'local_ready', 'completed', 'failed']),
  sizeBytes: z.number().optional(),
  uri: text.optional(),
  error: text.optional(),
});

export type SnapshotRecord = z.output<typeof snapshotRecord>;
export type SnapshotStatus = SnapshotRecord['status'];
export type SnapshotType = SnapshotRecord['type'];
