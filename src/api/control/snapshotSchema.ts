import * as z from 'zod/mini';
import { ApiError } from '../../core/kernel/errors';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { isJsonObject, numberOf, textOf } from '../../core/kernel/json';
import { withoutRoutingHint } from './sandboxSchema';
import { parseWireTime } from '../http/wireTime';
import { type BadRow, type BadRowReason, readOne, readWholeList } from './pages';

/** Answer of a snapshot request (API reference section 2.10). */
export interface StartedSnapshot {
  readonly snapshotId: string;
  /** Usually `in_progress`. */
  readonly status: string;
}

const optionalText = z.catch(z.optional(z.string()), undefined);
const started = z.object({
  snapshot_id: optionalText,
  snapshotId: optionalText,
  id: optionalText,
  status: optionalText,
});

/**
 * Reads the answer of `POST /sandboxes/{id}/snapshot`.
 *
 * @throws ApiError of kind `schema` when it names no snapshot
 */
export function readStartedSnapshot(body: unknown): StartedSnapshot {
  const answer = started.safeParse(body);
  const id = answer.success
    ? [answer.data.snapshot_id, answer.data.snapshotId, answer.data.id].find(text => text)
    : undefined;
  if (id === undefined) throw new ApiError('schema', 'The answer names no snapshot');
  return { snapshotId: id, status: answer.data?.status ?? 'in_progress' };
}

/** Reads one SnapshotInfo (API reference section 2.10); only an id is required. */
function readSnapshotRow(row: unknown): SandboxSnapshot | BadRowReason {
  if (!isJsonObject(row)) return 'notObject';
  const id = textOf(row, 'id', 'snapshot_id', 'snapshotId');
  if (id === undefined) return 'noId';
  return {
    id,
    namespace: textOf(row, 'namespace'),
    sandboxId: textOf(row, 'sandbox_id', 'sandboxId'),
    status: (textOf(row, 'status', 'state') ?? '').toLowerCase(),
    type: textOf(row, 'snapshot_type', 'snapshotType')?.toLowerCase() ?? legacyType(row),
    baseImage: textOf(row, 'base_image', 'baseImage'),
    error: textOf(row, 'error', 'error_message'),
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
export function readSnapshotRows(entries: readonly unknown[]): {
  readonly snapshots: readonly SandboxSnapshot[];
  readonly badRows: readonly BadRow[];
} {
  const { rows, badRows } = readWholeList(entries, readSnapshotRow);
  return { snapshots: rows, badRows };
}

/** Older servers say `snapshot_content_mode` with `full` or `filesystem_only` (API reference section 2.10). */
function legacyType(row: Readonly<Record<string, unknown>>): string | undefined {
  const mode = textOf(row, 'snapshot_content_mode');
  if (mode === 'full') return 'memory';
  return mode === 'filesystem_only' ? 'filesystem' : mode;
}
