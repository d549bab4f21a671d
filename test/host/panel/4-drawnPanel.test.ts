import assert from 'node:assert/strict';
import { plainArrangement } from '../../../src/core/list/order';
import type { PublicEnd } from '../../../src/core/publicAccess/publicAccess';
import { parseRates, type Billing } from '../../../src/core/billing/rates';
import type { Row } from '../../../src/core/list/rows';
import type { PanelSnapshot } from '../../../src/core/list/store';
import type { ViewOptions } from '../../../src/host/storage/viewOptions';
import { amber } from '../../../src/text/kit/rowView';
import { timeOfDay } from '../../../src/text/kit/units';
import { TreeModel } from '../../../src/views/sandboxes/treeModel';
import { row } from '../../support/sandboxBuilder';

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
const publicEnds = new Map<string, PublicEnd>();
const rest = { dismissed: new Set<string>(), defaults: new Set<string>(), areSeveralSelected: false };
const many = Array.from({ length: 1000 }, (_, index) =>
  row({ id: `s${index}`, createdAtMs: nowMs - (1 + (index % 50)) * minute }),
);

describe('what the view draws', () => {
  function drawn() {
    const panel = new TreeModel();
    const snapshot = snapshotOf(many);
    assert.equal(panel.update({ snapshot, options, billing, publicEnds, ...rest }, nowMs).kind, 'everything');
    return { panel, snapshot };
  }

  it('is neither sorted nor worded anew by a poll that brings nothing', () => {
    const { panel, snapshot } = drawn();
    const { groups } = panel;
    const first = panel.row('s0');
    const later: PanelSnapshot = { ...snapshot, status: { kind: 'fresh', atMs: nowMs + 15_000 } };
    assert.deepEqual(
      panel.update({ snapshot: later, options, billing, publicEnds, ...rest }, nowMs + 15_000),
      {
        kind: 'none',
      },
    );
    assert.equal(panel.groups, groups);
    assert.equal(panel.row('s0'), first);
  });

  it('is not sorted anew as rows grow older, and names those that say it', () => {
    const { panel, snapshot } = drawn();
    const { groups } = panel;
    const aged = panel.update({ snapshot, options, billing, publicEnds, ...rest }, nowMs + minute);
    assert.equal(aged.kind, 'nodes');
    assert.equal(panel.groups, groups);
    assert.match(panel.row('s0')?.view.description ?? '', /2 min/);
  });

  it('names one row where one changed', () => {
    const { panel } = drawn();
    const changed = many.map((each, index) =>
      index === 7 ? { ...each, sandbox: { ...each.sandbox, image: 'new' } } : each,
    );
    const change = panel.update(
      { snapshot: snapshotOf(changed), options, billing, publicEnds, ...rest },
      nowMs,
    );
    assert.deepEqual(change, { kind: 'nodes', groupIds: [], rowIds: ['s7'] });
  });

  it('names the group of a row that is pinned, and marks the row', () => {
    const { panel, snapshot } = drawn();
    const pinned = { ...options, pins: new Set(['s7']) };
    const change = panel.update({ snapshot, options: pinned, billing, publicEnds, ...rest }, nowMs);
    assert.deepEqual(change, { kind: 'nodes', groupIds: ['group:running'], rowIds: [] });
    assert.equal(panel.groups[0]?.rows[0]?.sandbox.id, 's7');
    const view = panel.row('s7')?.view;
    assert.match(view?.description ?? '', /^pinned · /);
    assert.match(view?.accessibilityLabel ?? '', /, pinned$/);
    assert.match(view?.contextValue ?? '', /\bisPinned\b/);
    assert.match(panel.row('s8')?.view.contextValue ?? '', /\bcanPin\b/);
  });

  it('marks a row as long running at the hour, by text and voice', () => {
    const panel = new TreeModel();
    const snapshot = snapshotOf([row({ id: 'a', createdAtMs: nowMs })]);
    const at = (hours: number): string => {
      panel.update({ snapshot, options, billing, publicEnds, ...rest }, nowMs + hours * 60 * minute);
      const { description, accessibilityLabel } = panel.row('a')?.view ?? {};
      return [description, accessibilityLabel].join(' | ');
    };
    assert.doesNotMatch(at(7.98), /long running/);
    assert.match(at(8), /^long running · .* \| a, running, long running/);
  });

  it('makes nothing again for the time alone while several rows are selected, and then all that waited', () => {
    const { panel, snapshot } = drawn();
    const several = { snapshot, options, billing, publicEnds, ...rest, areSeveralSelected: true };
    assert.deepEqual(panel.update(several, nowMs + minute), { kind: 'none' });
    const renamed = many.map((each, index) =>
      index === 7 ? { ...each, sandbox: { ...each.sandbox, image: 'new' } } : each,
    );
    const changed = snapshotOf(renamed);
    assert.deepEqual(panel.update({ ...several, snapshot: changed }, nowMs + 2 * minute), {
      kind: 'nodes',
      groupIds: [],
      rowIds: ['s7'],
    });
    assert.doesNotMatch(panel.row('s0')?.view.description ?? '', /3 min/);
    const after = panel.update(
      { ...several, snapshot: changed, areSeveralSelected: false },
      nowMs + 2 * minute,
    );
    assert.equal(after.kind, 'nodes');
    assert.match(panel.row('s0')?.view.description ?? '', /3 min/);
  });

  it('is at first as many rows as fit most windows, of the first groups before the others', () => {
    const { panel } = drawn();
    const inOrder = panel.groups.flatMap(group => group.rows);
    assert.deepEqual(panel.firstShown(), inOrder.slice(0, 60));
    const states = (['suspended', 'running', 'pending'] as const).map(state => row({ id: state, state }));
    panel.update({ snapshot: snapshotOf(states), options, billing, publicEnds, ...rest }, nowMs);
    assert.deepEqual(
      panel.firstShown().map(({ sandbox }) => sandbox.id),
      ['running', 'pending', 'suspended'],
    );
  });

  it('says in plain words what ended a sandbox', () => {
    for (const [received, words] of [
      ['Success(UserTerminated)', 'user terminated'],
      ['Success(Timeout)', 'timeout'],
      ['Failure(ContainerTerminated(StartupFailedBadImage))', 'startup failed bad image'],
      ['no_capacity', 'no capacity'],
      ['OutOfMemory', 'out of memory'],
      ['Failure(ContainerTerminated(Oom))', 'out of memory'],
      ['???', '???'],
    ] as const) {
      const panel = new TreeModel();
      const ended = row({ id: 'ended', state: 'terminated', outcome: received, image: undefined });
      panel.update(
        {
          ...rest,
          snapshot: snapshotOf([ended]),
          options: { ...options, isHistoryShown: true },
          billing,
          publicEnds,
        },
        nowMs,
      );
      assert.ok(panel.row('ended')?.view.description.startsWith(words), received);
    }
  });

  describe('in amber', () => {
    const input = { options, billing, publicEnds, ...rest };
    const open = row({ id: 'open', exposedPorts: [80], allowUnauthenticatedAccess: true });
    const failed = row(
      { id: 'failed', state: 'terminated', terminationReason: 'OutOfMemory' },
      { stateSinceMs: nowMs },
    );

    it('is what needs a person, on its row and on its group, and nothing else', () => {
      const panel = new TreeModel();
      const others = (['running', 'pending', 'suspending', 'suspended', 'unknown'] as const).map(state =>
        row({ id: state, state, createdAtMs: nowMs }, { seenAtMs: nowMs }),
      );
      panel.update({ ...input, snapshot: snapshotOf([open, failed, ...others]) }, nowMs);
      const marked = panel.groups
        .flatMap(group => group.rows)
        .filter(each => panel.row(each.sandbox.id)?.view.color === amber);
      assert.deepEqual(
        marked.map(each => each.sandbox.id),
        ['open', 'failed'],
      );
      assert.deepEqual(
        panel.groups.map(group => panel.attention([group])),
        [{ exposed: 1 }, {}, {}, {}, {}, { ended: 1 }],
      );
      assert.deepEqual(panel.attention(), { exposed: 1, ended: 1 });
    });

    it('shows an unexpected end without the history, until it is dismissed', () => {
      const panel = new TreeModel();
      const snapshot = snapshotOf([failed, row({ id: 'done', state: 'terminated' })]);
      panel.update({ ...input, snapshot }, nowMs);
      assert.deepEqual([panel.shown, panel.row('failed')?.attention], [1, 'ended']);
      assert.match(panel.row('failed')?.view.description ?? '', /^ended unexpectedly · out of memory/);
      assert.match(panel.row('failed')?.view.contextValue ?? '', /\bcanDismiss\b/);
      panel.update({ ...input, snapshot, dismissed: new Set(['failed']) }, nowMs);
      assert.equal(panel.shown, 0);
    });

    it('is a transition from the time that they do not take, without a change of the sandbox', () => {
      const panel = new TreeModel();
      const snapshot = snapshotOf([row({ id: 'a', state: 'suspending' }, { seenAtMs: nowMs })]);
      panel.update({ ...input, snapshot }, nowMs);
      assert.deepEqual(panel.attention(), {});
      const change = panel.update({ ...input, snapshot }, nowMs + 10 * minute);
      assert.deepEqual(change, { kind: 'nodes', groupIds: ['group:suspending'], rowIds: [] });
      assert.match(panel.row('a')?.view.description ?? '', /^stuck · /);
    });
  });

  it('says until when a port is public, that it closes, and that it could not be closed', () => {
    const panel = new TreeModel();
    const known = { id: 'a', createdAtMs: nowMs, exposedPorts: [8080], allowUnauthenticatedAccess: true };
    const snapshot = snapshotOf([row(known)]);
    const closesAtMs = nowMs + 30 * minute;
    const at = (end: PublicEnd | undefined, atMs: number): string => {
      const ends = new Map(end && [['a', end]]);
      const change = panel.update({ snapshot, options, billing, publicEnds: ends, ...rest }, atMs);
      const { description = '', accessibilityLabel = '' } = panel.row('a')?.view ?? {};
      const [spoken] = /ports? .*?(?=, suspends)/.exec(accessibilityLabel) ?? [''];
      assert.ok(description.includes(spoken), `${spoken} in ${description}`);
      return `${change.kind}: ${spoken}`;
    };
    const time = timeOfDay(closesAtMs);
    assert.equal(at(undefined, nowMs), 'everything: port 8080 public');
    assert.equal(at({ closesAtMs }, nowMs), `nodes: port 8080 public until ${time}`);
    assert.equal(at({ closesAtMs, waitsFor: 'prod' }, nowMs), 'nodes: port 8080 public');
    assert.equal(at({ closesAtMs }, nowMs), `nodes: port 8080 public until ${time}`);
    assert.equal(at({ closesAtMs }, closesAtMs), 'nodes: port 8080 public, closing');
    const failed = at({ closesAtMs, failure: 'forbidden' }, closesAtMs);
    assert.equal(failed, 'nodes: port 8080 public, could not be closed');
  });

  it('says what a group costs when rates are entered, and nothing without', () => {
    const { panel, snapshot } = drawn();
    const rates = parseRates({ perCpuHour: 1, perGbMemoryHour: 0, perGbDiskHour: 0 });
    const change = panel.update(
      { snapshot, options, billing: { ...billing, rates }, publicEnds, ...rest },
      nowMs,
    );
    assert.deepEqual(change, { kind: 'nodes', groupIds: ['group:running'], rowIds: [] });
  });
});
