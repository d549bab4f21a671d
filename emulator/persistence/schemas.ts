import { z } from 'zod';
import type { ImageRecord, PoolRecord, SecretRecord, SshKeyRecord, TokenRecord } from '../records/catalog';
import type { SandboxRecord, SnapshotRecord } from '../records/records';

/*
 * What the lines of a journal may hold. The types of the model are checked against these, and the other way round.
 */

/** Names every member of a record, so that one added to the model and forgotten here does not compile. */
type Members<T> = { readonly [Key in keyof Required<T>]: z.ZodType };

const text = z.string();
const optionalText = text.optional();
const time = z.number();

const resources = z.object({
  cpus: z.number(),
  memory_mb: z.number(),
  disk_mb: z.number(),
  gpus: z.array(z.object({ count: z.number(), model: text })).optional(),
});

const network = z.object({
  allow_internet_access: z.boolean(),
  allow_out: z.array(text),
  deny_out: z.array(text),
});

const mount = z.object({
  file_system_id: text,
  mount_path: text,
  read_only: z.boolean().optional(),
  prefetch: z.boolean().optional(),
  snapshot_id: optionalText,
});

const owned = { id: text, projectId: text, createdAtMs: time };

export const sandboxRecord: z.ZodType<SandboxRecord> = z.object({
  ...owned,
  name: optionalText,
  image: optionalText,
  resources,
  timeoutSecs: z.number(),
  entrypoint: z.array(text).optional(),
  network: network.optional(),
  exposedPorts: z.array(z.number()).nullable(),
  allowUnauthenticatedAccess: z.boolean(),
  templateId: optionalText,
  fileSystems: z.array(mount),
  secretNames: z.array(text).optional(),
  poolId: optionalText,
  maxPendingMs: z.number().optional(),
  origin: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('seed') }),
      z.object({ kind: z.literal('snapshot'), snapshotId: text }),
      z.object({ kind: z.literal('copy'), sandboxId: text }),
    ])
    .optional(),
  state: z.enum([
    'pending',
    'running',
    'snapshotting',
    'suspending',
    'suspended',
    'terminated',
    'hibernating',
  ]),
  placed: z.boolean(),
  containerId: optionalText,
  start: z.enum(['boot', 'resume']),
  startupFailure: z.object({ terminationReason: text, outcome: text, errorDetails: z.unknown() }).optional(),
  pendingReason: optionalText,
  outcome: optionalText,
  terminationReason: optionalText,
  errorDetails: z.unknown().optional(),
  terminatedAtMs: time.optional(),
  archivedAtMs: time.optional(),
  dueAtMs: time.optional(),
  resize: z
    .object({
      generation: z.number(),
      status: z.enum(['pending', 'succeeded', 'failed']),
      requested: resources.pick({ cpus: true, memory_mb: true, disk_mb: true }),
      error_message: text.nullable(),
    })
    .optional(),
  moves: z.number().optional(),
  snapshotId: optionalText,
} satisfies Members<Omit<SandboxRecord, 'warm'>>);

export const snapshotRecord: z.ZodType<SnapshotRecord> = z.object({
  ...owned,
  sandboxId: text,
  type: z.enum(['filesystem', 'memory']),
  image: optionalText,
  resources,
  entrypoint: z.array(text).optional(),
  secretNames: z.array(text).optional(),
  status: z.enum(['in_progress', 'local_ready', 'completed', 'failed']),
  sizeBytes: z.number().optional(),
  uri: optionalText,
  error: optionalText,
} satisfies Members<SnapshotRecord>);

export const poolRecord: z.ZodType<PoolRecord> = z.object({
  ...owned,
  updatedAtMs: time.optional(),
  spec: z.object({
    image: text,
    resources,
    timeoutSecs: z.number(),
    entrypoint: z.array(text).optional(),
    minContainers: z.number().optional(),
    maxContainers: z.number().optional(),
    warmContainers: z.number().optional(),
    network: network.optional(),
    allowUnauthenticatedAccess: z.boolean(),
    exposedPorts: z.array(z.number()).nullable(),
    secretNames: z.array(text),
  }),
} satisfies Members<PoolRecord>);

export const imageRecord: z.ZodType<ImageRecord> = z.object({
  ...owned,
  name: text,
  dockerfile: optionalText,
  snapshotId: text,
  snapshotSandboxId: text,
  snapshotUri: text,
  snapshotFormatVersion: text,
  snapshotSizeBytes: z.number(),
  rootfsDiskBytes: z.number(),
  rootfsNodeKind: optionalText,
  public: z.boolean(),
} satisfies Members<ImageRecord>);

export const secretRecord: z.ZodType<SecretRecord> = z.object({
  ...owned,
  name: text,
  value: text,
} satisfies Members<SecretRecord>);

export const sshKeyRecord: z.ZodType<SshKeyRecord> = z.object({
  id: text,
  userId: text,
  createdAtMs: time,
  name: text,
  keyType: text,
  publicKey: text,
  fingerprint: text,
} satisfies Members<SshKeyRecord>);

export const tokenRecord: z.ZodType<TokenRecord> = z.object({
  id: text,
  userId: text,
  createdAtMs: time,
} satisfies Members<TokenRecord>);
