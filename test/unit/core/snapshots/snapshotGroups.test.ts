import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupSnapshots, olderThan, totalBytes } from '../../../../src/core/snapshots/snapshotGroups';
import { snapshot } from '../../../support/snapshotBuilder';

const names: Readonly<Record<string, string>> = { box1: 'zebra', box2: 'ant' };
const nameOf = (id: string): string | undefined => names[id];

describe('groupSnapshots', () => {
  it('puts named sandboxes first, then gone ones by their newest snapshot', () => {
    const groups = groupSnapshots(
      [
        snapshot({ id: 'a', sandboxId: 'gone1', createdAtMs: 10 }),
        snapshot({ id: 'b', sandboxId: 'box1', createdAtMs: 20 }),
        snapshot({ id: 'c', sandboxId: undefined, createdAtMs: 5 }),
        snapshot({ id: 'd', sandboxId: 'box2', createdAtMs: 1 }),
        snapshot({ id: 'e', sandboxId: 'gone2', createdAtMs: 30 }),
      ],
      nameOf,
    );
    assert.deepEqual(
      groups.map(group => group.sandboxId),
      ['box2', 'box1', 'gone2', 'gone1', undefined],
    );
  });

  it('puts the newest first, and those of the same time by id', () => {
    const [group] = groupSnapshots(
      [
        snapshot({ id: 'c', createdAtMs: 10 }),
        snapshot({ id: 'old', createdAtMs: undefined }),
        snapshot({ id: 'a', createdAtMs: 20 }),
        snapshot({ id: 'b', createdAtMs: 10 }),
      ],
      nameOf,
    );
    assert.deepEqual(
      group?.snapshots.map(({ id }) => id),
      ['a', 'b', 'c', 'old'],
    );
  });

  it('adds up the known sizes', () => {
    const [group] = groupSnapshots(
      [
        snapshot({ id: 'a', sizeBytes: 3 }),
        snapshot({ id: 'b', sizeBytes: undefined }),
        snapshot({ id: 'c', sizeBytes: 4 }),
      ],
      nameOf,
    );
    assert.equal(group?.totalBytes, 7);
    assert.equal(totalBytes([]), 0);
  });

  it('keeps every snapshot exactly once', () => {
    const arbitrary = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1 }),
        sandboxId: fc.constantFrom('box1', 'box2', 'gone', undefined),
        createdAtMs: fc.option(fc.nat(), { nil: undefined }),
      }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(arbitrary, made => {
        const grouped = groupSnapshots(made.map(snapshot), nameOf).flatMap(group => group.snapshots);
        assert.deepEqual(grouped.map(({ id }) => id).sort(), made.map(({ id }) => id).sort());
      }),
    );
  });
});

describe('olderThan', () => {
  it('returns older snapshots, oldest first, and never one that is being taken or has no time', () => {
    const found = olderThan(
      [
        snapshot({ id: 'new', createdAtMs: 950 }),
        snapshot({ id: 'edge', createdAtMs: 900 }),
        snapshot({ id: 'old', createdAtMs: 800 }),
        snapshot({ id: 'oldest', createdAtMs: 1 }),
        snapshot({ id: 'timeless', createdAtMs: undefined }),
        snapshot({ id: 'busy', createdAtMs: 2, status: 'in_progress' }),
        snapshot({ id: 'failed', createdAtMs: 3, status: 'failed' }),
      ],
      100,
      1000,
    );
    assert.deepEqual(
      found.map(({ id }) => id),
      ['oldest', 'failed', 'old'],
    );
  });
});
