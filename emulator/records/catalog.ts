import type { NetworkPolicy, Resources } from './records';

/*
 * What the server remembers besides sandboxes and snapshots; plain data like `records.ts`.
 */

/** What a pool's sandboxes are made from (API reference section 2.16). */
export interface PoolSpec {
  readonly image: string;
  readonly resources: Resources;
  readonly timeoutSecs: number;
  readonly entrypoint?: readonly string[];
  readonly minContainers?: number;
  readonly maxContainers?: number;
  readonly warmContainers?: number;
  readonly network?: NetworkPolicy;
  readonly allowUnauthenticatedAccess: boolean;
  readonly exposedPorts: readonly number[] | null;
  readonly secretNames: readonly string[];
}

export interface PoolRecord {
  readonly id: string;
  readonly projectId: string;
  readonly createdAtMs: number;
  updatedAtMs?: number;
  spec: PoolSpec;
}

/** A registered image (API reference section 2.17). */
export interface ImageRecord {
  readonly id: string;
  readonly projectId: string;
  readonly createdAtMs: number;
  readonly name: string;
  readonly dockerfile?: string;
  readonly snapshotId: string;
  readonly snapshotSandboxId: string;
  readonly snapshotUri: string;
  readonly snapshotFormatVersion: string;
  readonly snapshotSizeBytes: number;
  readonly rootfsDiskBytes: number;
  readonly rootfsNodeKind?: string;
  readonly public: boolean;
}

/** A secret (API reference section 2.18). Its value goes into sandboxes and into no answer. */
export interface SecretRecord {
  readonly id: string;
  readonly projectId: string;
  readonly createdAtMs: number;
  readonly name: string;
  value: string;
}

/** A public key of a user (API reference section 2.19). */
export interface SshKeyRecord {
  readonly id: string;
  readonly userId: string;
  readonly createdAtMs: number;
  readonly name: string;
  readonly keyType: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** A personal access token that a login handed out (API reference section 1.5). */
export interface TokenRecord {
  /** The token itself. */
  readonly id: string;
  readonly userId: string;
  readonly createdAtMs: number;
}

/** A registered file system (API reference section 2.20). */
export interface FileSystemRecord {
  readonly id: string;
  readonly createdAtMs: number;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly status: string;
}
