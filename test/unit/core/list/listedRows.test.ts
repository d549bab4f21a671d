import assert from 'node:assert/strict';
import { listedRows } from '../../../../src/core/list/groups';
import type { Row } from '../../../../src/core/list/store';
import { row } from '../../../support/sandboxBuilder';

function byId(...rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(each => [each.sandbox.id, each]));
}

describe('listedRows', () => {
  const rows = byId(row({ id: 'a' }), row({ id: 'ended', state: 'terminated' }));
  const archive = byId(row({ id: 'ended', state: 'terminated' }), row({ id: 'old', state: 'terminated' }));

  it('leaves the history out unless it is shown', () => {
    assert.deepEqual(listedRows({ rows, archive }, false), [rows.get('a')]);
  });

  it('gives what is in the list and in the archive once, as the list has it', () => {
    assert.deepEqual(listedRows({ rows, archive }, true), [...rows.values(), archive.get('old')]);
  });
});
