import { z } from 'zod';
import type { Cloud } from '../model/cloud';
import { resumeResize } from '../model/resize';
import { upload } from '../model/snapshots';
import { imageRecord, poolRecord, secretRecord, sshKeyRecord, tokenRecord } from '../records/catalog';
import type { TableName } from '../records/ledger';
import { sandboxRecord, snapshotRecord, type SandboxRecord, type SnapshotRecord } from '../records/records';
import type { StoredRecord } from './journal';

/**
 * Loads what a journal holds and continues from there. Records of a key or a token that this server does not have stay
 * in the journal until a start with it.
 *
 * @throws Error for a record that no emulator wrote
 */
export function restore(cloud: Cloud, records: readonly StoredRecord[]): void {
  const read = <T>(table: TableName, schema: z.ZodType<T>): readonly T[] =>
    records.filter(stored => stored.table === table).map(stored => parse(stored, schema));

  for (const token of read('token', tokenRecord)) cloud.accounts.restoreToken(token);
  for (const key of read('sshKey', sshKeyRecord)) cloud.accounts.userById(key.userId)?.sshKeys.add(key);
  for (const image of read('image', imageRecord)) cloud.projectById(image.projectId)?.images.add(image);
  for (const secret of read('secret', secretRecord)) cloud.projectById(secret.projectId)?.secrets.add(secret);
  for (const pool of read('pool', poolRecord)) cloud.projectById(pool.projectId)?.pools.add(pool);
  const sandboxes = read('sandbox', sandboxRecord).toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  // Newest first, so that a name that several ended sandboxes had resolves to the last one.
  for (const sandbox of sandboxes) addToProject(cloud, sandbox);
  // Oldest first, so that the sandbox that has waited longest is placed first.
  for (const sandbox of sandboxes.toReversed()) continueSandbox(cloud, sandbox);
  for (const snapshot of read('snapshot', snapshotRecord)) restoreSnapshot(cloud, snapshot);
  for (const project of cloud.projects) {
    for (const pool of project.pools.values()) cloud.pools.open(project, pool);
  }
  cloud.engine.settle();
}

const ended = z.looseObject({ state: z.literal('terminated') });

/** The ids of everything in a journal that may have files: those of a sandbox are removed when it ends. */
export function idsWithFiles(records: readonly StoredRecord[]): ReadonlySet<string> {
  return new Set(records.filter(({ record }) => !ended.safeParse(record).success).map(({ id }) => id));
}

function addToProject(cloud: Cloud, sandbox: SandboxRecord): void {
  const project = cloud.projectById(sandbox.projectId);
  if (sandbox.archivedAtMs === undefined) project?.add(sandbox);
  else project?.archive.add(sandbox);
}

function continueSandbox(cloud: Cloud, sandbox: SandboxRecord): void {
  // Archived sandboxes do not change, those of unknown projects are not loaded, and pools place the claims that wait.
  if (cloud.sandboxById(sandbox.id) === undefined || sandbox.pendingReason === 'pool_at_capacity') return;
  cloud.engine.adopt(sandbox);
  // The time without a server does not count as idle.
  cloud.engine.touch(sandbox);
  resumeResize(cloud, sandbox);
}

function restoreSnapshot(cloud: Cloud, snapshot: SnapshotRecord): void {
  cloud.projectById(snapshot.projectId)?.snapshots.add(snapshot);
  if (snapshot.status === 'local_ready') upload(cloud, snapshot);
  if (snapshot.status !== 'in_progress') return;
  const source = cloud.sandboxById(snapshot.sandboxId);
  if (source?.state === 'snapshotting' && source.snapshotId === snapshot.id) {
    cloud.reportSnapshot(snapshot, 'begun');
    return;
  }
  snapshot.status = 'failed';
  snapshot.error = 'The server ended while the snapshot was being taken';
}

function parse<T>({ table, id, record }: StoredRecord, schema: z.ZodType<T>): T {
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  throw new Error(`The ${table} ${id} in the data directory is not one of this emulator`, {
    cause: result.error,
  });
}
