import assert from 'node:assert/strict';
import { AskedEnds, askedEndMs } from '../../../../src/core/activity/askedEnds';
import type { Row } from '../../../../src/core/list/rows';
import type { PanelSnapshot } from '../../../../src/core/list/store';
import { row } from '../../../support/sandboxBuilder';

function snapshot(each: Row): PanelSnapshot {
  return {
    status: { kind: 'fresh', atMs: 1 },
    rows: new Map([[each.sandbox.id, each]]),
    archive: new Map(),
    badRows: 0,
  };
}

const atRest = snapshot(row({ id: 'a' }));
const ending = snapshot(row({ id: 'a' }, { action: 'terminate' }));
const resizing = snapshot(row({ id: 'a' }, { action: 'update' }));

describe('ends that a window asked for', () => {
  it('are those of what it was asked to terminate, and of nothing else', () => {
    const asked = new AskedEnds();
    asked.note(['a'], { previous: atRest, current: resizing }, 0);
    assert.equal(asked.has('a', 0), false);
    asked.note(['a', 'b'], { previous: resizing, current: ending }, 0);
    assert.deepEqual([asked.has('a', 0), asked.has('b', 0)], [true, false]);
    asked.clear();
    assert.equal(asked.has('a', 0), false);
  });

  it('may be seen after the request, but not long after one that failed', () => {
    const asked = new AskedEnds();
    asked.note(['a'], { previous: atRest, current: ending }, 0);
    // It failed, after a while.
    asked.note(['a'], { previous: ending, current: atRest }, 600_000);
    assert.equal(asked.has('a', 600_000 + askedEndMs), true);
    assert.equal(asked.has('a', 600_001 + askedEndMs), false);
  });
});
