import { z } from 'zod';
import { network, projectMember, resources, text, texts, time } from './records';

/* What the server remembers besides sandboxes and snapshots; plain data like `records.ts`. */

/** A pool, and what its sandboxes are made from (API reference section 2.16). */
export const poolRecord = z.object({
  ...projectMember,
  updatedAtMs: time.optional(),
  spec: z.object({
    image: text,
    resources,
    timeoutSecs: z.number(),
    entrypoint: texts.optional(),
    minContainers: z.number().optional(),
    maxContainers: z.number().optional(),
    warmContainers: z.number().optional(),
    network: network.optional(),
    allowUnauthenticatedAccess: z.boolean(),
    exposedPorts: z.array(z.number()).readonly().nullable(),
    secretNames: texts,
  }),
});

export type PoolRecord = z.output<typeof poolRecord>;
export type PoolSpec = PoolRecord['spec'];

/** A registered image (API reference section 2.17). */
export const imageRecord = z.object({
  ...projectMember,
  name: text,
  dockerfile: text.optional(),
  snapshotId: text,
  snapshotSandboxId: text,
  snapshotUri: text,
  snapshotFormatVersion: text,
  snapshotSizeBytes: z.number(),
  rootfsDiskBytes: z.number(),
  rootfsNodeKind: text.optional(),
  public: z.boolean(),
});

export type ImageRecord = z.output<typeof imageRecord>;

/** A secret (API reference section 2.18). Its value goes into sandboxes and into no answer. */
export const secretRecord = z.object({ ...projectMember, name: text, value: text });

export type SecretRecord = z.output<typeof secretRecord>;

/** A public key of a user (API reference section 2.19). */
export const sshKeyRecord = z.object({
  id: text,
  userId: text,
  createdAtMs: time,
  name: text,
  keyType: text,
  publicKey: text,
  fingerprint: text,
});

export type SshKeyRecord = z.output<typeof sshKeyRecord>;

/** A personal access token that a login handed out (API reference section 1.5); the id is the token itself. */
export const tokenRecord = z.object({ id: text, userId: text, createdAtMs: time });

export type TokenRecord = z.output<typeof tokenRecord>;

/** A registered file system (API reference section 2.20); the same in every run, and so in no journal. */
export interface FileSystemRecord {
  readonly id: string;
  readonly createdAtMs: number;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly status: string;
}
