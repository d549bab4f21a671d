import { openSourceWords } from '../../kernel/openSource';
import { notFound, nothing, ok, type Reply } from '../../http/reply';
import { deleteSnapshot as removeSnapshot } from '../../model/snapshots';
import { snapshotOf } from '../wire/lookup';
import type { Call } from '../wire/route';
import { snapshotRow } from './info';

/** GET /snapshots. */
export function listSnapshots({ cloud, project }: Call): Reply {
  return ok({ snapshots: project.snapshots.values().map(snapshot => snapshotRow(cloud, snapshot)) });
}

/** GET /snapshots/{snapshot_id}: an unknown one is named. */
export function getSnapshot(call: Call): Reply {
  const id = call.param('id');
  const snapshot = call.project.snapshots.get(id);
  if (snapshot === undefined) throw notFound(openSourceWords.snapshotNotFound(id));
  return ok(snapshotRow(call.cloud, snapshot));
}

/** DELETE /snapshots/{snapshot_id}. */
export function deleteSnapshot(call: Call): Reply {
  removeSnapshot(call.cloud, call.project, snapshotOf(call));
  return nothing;
}
