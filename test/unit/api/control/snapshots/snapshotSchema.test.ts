import assert from 'node:assert/strict';
import {
  readSnapshot,
  readSnapshotRows,
  readStartedSnapshot,
} from '../../../../../src/api/control/snapshots/snapshotSchema';
import { ApiError } from '../../../../../src/core/kernel/errors';

describe('snapshots on the wire', () => {
  it('are mapped to the domain type', () => {
    const snapshot = readSnapshot({
      snapshot_id: 's',
      sandbox_id: 'b',
      status: 'LOCAL_READY',
      snapshot_type: 'memory',
      size_bytes: 5,
      created_at: 1_772_600_000_000,
      snapshot_uri: '',
    });
    assert.deepEqual(
      [snapshot.id, snapshot.sandboxId, snapshot.status, snapshot.type, snapshot.sizeBytes, snapshot.uri],
      ['s', 'b', 'local_ready', 'memory', 5, undefined],
    );
  });

  it('are read with the older name of their type', () => {
    assert.equal(readSnapshot({ id: 's', snapshot_content_mode: 'full' }).type, 'memory');
    assert.equal(readSnapshot({ id: 's', snapshot_content_mode: 'filesystem_only' }).type, 'filesystem');
  });

  it('are read without one bad row, and with all others', async () => {
    const { snapshots, badRowList } = await readSnapshotRows([{}, { id: 'a' }]);
    assert.deepEqual([snapshots.length, badRowList], [1, [{ index: 0, reason: 'noId' }]]);
  });

  it('are identified by the answer that starts them', () => {
    assert.deepEqual(readStartedSnapshot({ snapshot_id: 's', status: 'in_progress' }), {
      snapshotId: 's',
      status: 'in_progress',
    });
    assert.equal(readStartedSnapshot({ id: 's', status: 5 }).status, 'in_progress');
    for (const body of [{}, null, { snapshot_id: '' }, []]) {
      assert.throws(
        () => readStartedSnapshot(body),
        error => ApiError.is(error, 'schema'),
      );
    }
  });
});
