import { ok, type Reply } from '../http/reply';
import { beginSnapshot, deleteSnapshot as removeSnapshot } from '../model/snapshots';
import type { SnapshotType } from '../records/records';
import { snapshotInfo } from './wire/info';
import { sandboxOf, snapshotOf } from './wire/lookup';
import type { Call } from './wire/route';

/** POST /sandboxes/{id}/snapshot (API reference section 2.10). */
export function createSnapshot(call: Call<unknown, { readonly type: SnapshotType }>): Reply {
  const snapshot = beginSnapshot(call.cloud, call.project, sandboxOf(call), call.body.type);
  return { status: 202, body: { snapshot_id: snapshot.id, status: snapshot.status } };
}

/** GET /snapshots: all of them, without paging. */
export function listSnapshots({ project }: Call): Reply {
  return ok({ snapshots: project.snapshots.values().map(snapshotInfo) });
}

/** GET /snapshots/{snapshot_id}. */
export function getSnapshot(call: Call): Reply {
  return ok(snapshotInfo(snapshotOf(call)));
}

/** DELETE /snapshots/{snapshot_id}. */
export function deleteSnapshot(call: Call): Reply {
  removeSnapshot(call.cloud, call.project, snapshotOf(call));
  return ok({});
}
