import type { SandboxSnapshot } from '../../src/core/snapshots/snapshot';

/** A valid snapshot: of the disk, stored. Overrides are in `raw` too, by which the store sees what changed. */
export function snapshot(overrides: Partial<SandboxSnapshot> = {}): SandboxSnapshot {
  const { id = 'snap0' } = overrides;
  return {
    id,
    sandboxId: 'box',
    status: 'completed',
    type: 'filesystem',
    sizeBytes: 1024,
    createdAtMs: Date.UTC(2026, 0, 15, 9),
    raw: { id, ...overrides },
    ...overrides,
  };
}
