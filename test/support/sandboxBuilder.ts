import type { Sandbox } from '../../src/core/sandbox/sandbox';
import type { Row } from '../../src/core/list/rows';

/**
 * A valid sandbox: running, named after its id, everything else plausible. `name: undefined` makes an ephemeral one;
 * an `unknown` state has the raw state `frozen` by default. Overrides are in `raw` too, by which the store sees what
 * changed.
 */
export function sandbox(overrides: Partial<Sandbox> = {}): Sandbox {
  const { id = 'abcdefghij0123456789k', state = 'running' } = overrides;
  const rawState = overrides.rawState ?? (state === 'unknown' ? 'frozen' : state);
  return {
    id,
    name: id,
    namespace: 'default',
    state,
    rawState,
    image: 'ubuntu',
    resources: { cpus: 1, memoryMb: 1024, diskMb: 10_240, gpus: [] },
    timeoutSecs: 600,
    createdAtMs: Date.UTC(2026, 0, 15, 9),
    exposedPorts: [],
    allowUnauthenticatedAccess: false,
    fileSystems: [],
    raw: { id, status: rawState, ...overrides },
    ...overrides,
  };
}

/** A row of a sandbox made by `sandbox`. */
export function row(overrides: Partial<Sandbox> = {}, known: Partial<Omit<Row, 'sandbox'>> = {}): Row {
  return { sandbox: sandbox(overrides), seenAtMs: Date.UTC(2026, 0, 15, 12), ...known };
}
