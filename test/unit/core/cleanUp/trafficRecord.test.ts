import assert from 'node:assert/strict';
import {
  lastTraffic,
  parseTrafficRecord,
  storedTraffic,
  withTraffic,
} from '../../../../src/core/cleanUp/trafficRecord';
import { sandbox } from '../../../support/sandboxBuilder';

const minute = 60_000;
const nowMs = 1_000_000 * minute;
const empty = parseTrafficRecord(undefined, nowMs);

describe('the record of traffic', () => {
  it('comes back as it was stored', () => {
    const record = withTraffic(withTraffic(empty, ['a', '__proto__'], nowMs), ['b'], nowMs + minute);
    const stored: unknown = JSON.parse(JSON.stringify(storedTraffic(record)));
    assert.deepEqual(parseTrafficRecord(stored, nowMs + minute), record);
  });

  it('is the same within a minute', () => {
    const record = withTraffic(empty, ['a'], nowMs);
    assert.equal(withTraffic(record, ['a'], nowMs + minute - 1), record);
    assert.notEqual(withTraffic(record, ['a'], nowMs + minute), record);
  });

  it('says of a sandbox without traffic since when there was none: its creation, or the beginning of the record', () => {
    assert.deepEqual(lastTraffic(empty, sandbox({ createdAtMs: nowMs - minute })), {
      atMs: nowMs,
      isSeen: false,
    });
    assert.deepEqual(lastTraffic(empty, sandbox({ createdAtMs: nowMs + minute })), {
      atMs: nowMs + minute,
      isSeen: false,
    });
    assert.deepEqual(lastTraffic(withTraffic(empty, ['x'], nowMs), sandbox({ id: 'x' })), {
      atMs: nowMs,
      isSeen: true,
    });
  });

  it('keeps the latest 500 of the last year', () => {
    let record = withTraffic(empty, ['old'], nowMs);
    record = withTraffic(record, ['new'], nowMs + 367 * 1440 * minute);
    assert.deepEqual([...record.times.keys()], ['new']);
    for (let each = 0; each < 600; each += 1)
      record = withTraffic(record, [`id${each}`], nowMs + (368 * 1440 + each) * minute);
    assert.equal(record.times.size, 500);
    assert.equal([...record.times.keys()][0], 'id100');
  });

  const garbage: readonly unknown[] = [
    undefined,
    null,
    5,
    'text',
    [],
    {},
    { sinceMs: 'x', times: {} },
    { sinceMs: nowMs * 2, times: {} },
    { sinceMs: -1, times: {} },
    { sinceMs: 1, times: null },
  ];
  for (const stored of garbage)
    it(`begins anew with ${JSON.stringify(stored)}`, () =>
      assert.deepEqual(parseTrafficRecord(stored, nowMs), { sinceMs: nowMs, times: new Map() }));

  it('leaves out what is no time, or has not been yet', () =>
    assert.deepEqual(
      [...parseTrafficRecord({ sinceMs: 0, times: { a: 1, b: 'x', c: nowMs * 2, d: null } }, nowMs).times],
      [['a', 1]],
    ));
});
