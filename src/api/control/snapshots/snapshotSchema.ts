import { boundedRow } from '../../../core/kernel/formats/boundedJson';
import { ApiError } from '../../../core/kernel/errors';
import type { SandboxSnapshot } from '../../../core/snapshots/snapshot';
import { isJsonObject, numberOf, textOf } from '../../../core/kernel/formats/json';
import { withoutRoutingHint } from '../sandboxes/sandboxSchema';
import { errorDetailsText } from '../../http/errors/errorText';
import { parseWireTime } from '../../http/times/wireTime';
import { type BadRowReason, idOf, readOne, type ReadRows, readWholeList } from '../pages';

/** Answer of a snapshot request (API reference section 2.10). */
export interface StartedSnapshot {
  readonly snapshotId: string;
  /** Usually `in_progress`. */
  readonly status: string;
}

/**
 * Reads the answer of `POST /sandboxes/{id}/snapshot`.
 *
 * @throws ApiError of kind `schema` when it names no snapshot
 */
export function readStartedSnapshot(body: unknown): StartedSnapshot {
  const snapshotId = isJsonObject(body) ? idOf(body, 'snapshot_id', 'snapshotId', 'id') : undefined;
  if (!isJsonObject(body) || snapshotId === undefined)
    throw new ApiError('schema', 'The answer names no snapshot');
  return { snapshotId, status: (textOf(body, 'status', 'state') ?? 'in_progress').toLowerCase() };
}

/** Reads one SnapshotInfo (API reference section 2.10); only an id is required. */
function readSnapshotRow(entry: unknown): SandboxSnapshot | BadRowReason {
  if (!isJsonObject(entry)) return 'notObject';
  const row = boundedRow(entry);
  const id = idOf(row, 'id', 'snapshot_id', 'snapshotId');
  if (id === undefined) return 'noId';
  return {
    id,
    namespace: textOf(row, 'namespace'),
    sandboxId: textOf(row, 'sandbox_id', 'sandboxId'),
    status: (textOf(row, 'status', 'state') ?? '').toLowerCase(),
    type: textOf(row, 'snapshot_type', 'snapshotType')?.toLowerCase() ?? legacyType(row),
    baseImage: textOf(row, 'base_image', 'baseImage'),
    error: textOf(row, 'error', 'error_message') ?? errorDetailsText(row['error']),
    uri: textOf(row, 'snapshot_uri', 'snapshotUri'),
    formatVersion: textOf(row, 'snapshot_format_version', 'snapshotFormatVersion'),
    sizeBytes: numberOf(row, 'size_bytes', 'sizeBytes'),
    rootfsDiskBytes: numberOf(row, 'rootfs_disk_bytes', 'rootfsDiskBytes'),
    createdAtMs: parseWireTime(row['created_at'] ?? row['createdAt']),
    raw: withoutRoutingHint(row),
  };
}

/**
 * Reads the body of `GET /snapshots/{id}`.
 *
 * @throws ApiError of kind `schema` when it holds no snapshot
 */
export function readSnapshot(body: unknown): SandboxSnapshot {
  return readOne(body, readSnapshotRow, 'snapshot');
}

/** Reads the entries of a snapshot list; an unreadable one is reported and does not lose the others. See `readWholeList`. */
export async function readSnapshotRows(
  entries: readonly unknown[],
): Promise<Omit<ReadRows<SandboxSnapshot>, 'rows'> & { readonly snapshots: readonly SandboxSnapshot[] }> {
  const { rows, ...rest } = await readWholeList(entries, readSnapshotRow);
  return { snapshots: rows, ...rest };
}

/** Older servers say `snapshot_content_mode` with `full` or `filesystem_only` (API reference section 2.10). */
function legacyType(row: Readonly<Record<string, unknown>>): string | undefined {
  const mode = textOf(row, 'snapshot_content_mode');
  if (mode === 'full') return 'memory';
  return mode === 'filesystem_only' ? 'filesystem' : mode;
}
