import assert from 'node:assert/strict';
import { plainArrangement } from '../../src/core/order';
import { parseRates } from '../../src/core/rates';
import type { PanelSnapshot, Row } from '../../src/core/store';
import type { Billing } from '../../src/host/billing';
import type { ViewOptions } from '../../src/host/viewOptions';
import { DrawnPanel } from '../../src/views/drawnPanel';
import { row } from '../support/sandboxBuilder';

const minute = 60_000;
const nowMs = Date.UTC(2026, 0, 15, 12);

function snapshotOf(rows: readonly Row[]): PanelSnapshot {
  return {
    status: { kind: 'fresh', atMs: nowMs },
    rows: new Map(rows.map(each => [each.sandbox.id, each])),
    archive: new Map(),
    badRows: 0,
  };
}

const options: ViewOptions = { ...plainArrangement, filterText: '', isHistoryShown: false };
const billing: Billing = { longRunningHours: 8, planSlots: 0, rates: undefined };
const many = Array.from({ length: 1000 }, (_, index) =>
  row({ id: `s${index}`, createdAtMs: nowMs - (1 + (index % 50)) * minute }),
);

describe('what the view draws', () => {
  function drawn() {
    const panel = new DrawnPanel();
    const snapshot = snapshotOf(many);
    assert.equal(panel.draw({ snapshot, options, billing }, nowMs).kind, 'everything');
    return { panel, snapshot };
  }

  it('is neither sorted nor worded anew by a poll that brings nothing', () => {
    const { panel, snapshot } = drawn();
    const { groups } = panel;
    const first = panel.row('s0');
    const later: PanelSnapshot = { ...snapshot, status: { kind: 'fresh', atMs: nowMs + 15_000 } };
    assert.deepEqual(panel.draw({ snapshot: later, options, billing }, nowMs + 15_000), { kind: 'none' });
    assert.equal(panel.groups, groups);
    assert.equal(panel.row('s0'), first);
  });

  it('is not sorted anew as rows grow older, and names those that say it', () => {
    const { panel, snapshot } = drawn();
    const { groups } = panel;
    const aged = panel.draw({ snapshot, options, billing }, nowMs + minute);
    assert.equal(aged.kind, 'nodes');
    assert.equal(panel.groups, groups);
    assert.match(panel.row('s0')?.view.description ?? '', /2 min/);
  });

  it('names one row where one changed', () => {
    const { panel } = drawn();
    const changed = many.map((each, index) =>
      index === 7 ? { ...each, sandbox: { ...each.sandbox, image: 'new' } } : each,
    );
    const change = panel.draw({ snapshot: snapshotOf(changed), options, billing }, nowMs);
    assert.deepEqual(change, { kind: 'nodes', groupIds: [], rowIds: ['s7'] });
  });

  it('names the group of a row that is pinned, and marks the row', () => {
    const { panel, snapshot } = drawn();
    const pinned = { ...options, pins: new Set(['s7']) };
    const change = panel.draw({ snapshot, options: pinned, billing }, nowMs);
    assert.deepEqual(change, { kind: 'nodes', groupIds: ['group:running'], rowIds: [] });
    assert.equal(panel.groups[0]?.rows[0]?.sandbox.id, 's7');
    const view = panel.row('s7')?.view;
    assert.match(view?.description ?? '', /^pinned · /);
    assert.match(view?.accessibilityLabel ?? '', /, pinned$/);
    assert.match(view?.contextValue ?? '', /\bisPinned\b/);
    assert.match(panel.row('s8')?.view.contextValue ?? '', /\bcanPin\b/);
  });

  it('marks a row as long running at the hour, by colour, text and voice', () => {
    const panel = new DrawnPanel();
    const snapshot = snapshotOf([row({ id: 'a', createdAtMs: nowMs })]);
    const at = (hours: number): string => {
      panel.draw({ snapshot, options, billing }, nowMs + hours * 60 * minute);
      const { color, description, accessibilityLabel } = panel.row('a')?.view ?? {};
      return [color, description, accessibilityLabel].join(' | ');
    };
    assert.doesNotMatch(at(7.98), /long running/);
    assert.match(at(8), /^list\.warningForeground \| long running · .* \| a, running, long running/);
  });

  it('says what a group costs when rates are entered, and nothing without', () => {
    const { panel, snapshot } = drawn();
    const rates = parseRates({ perCpuHour: 1, perGbMemoryHour: 0, perGbDiskHour: 0 });
    const change = panel.draw({ snapshot, options, billing: { ...billing, rates } }, nowMs);
    assert.deepEqual(change, { kind: 'nodes', groupIds: ['group:running'], rowIds: [] });
  });
});
