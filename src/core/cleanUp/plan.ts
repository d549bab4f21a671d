import type { Row } from '../list/rows';
import { type Capability, isAbleTo } from '../sandbox/capabilities';
import type { Gpu, Resources, Sandbox } from '../sandbox/sandbox';

/** What can be done to the sandboxes that were ticked, the gentlest first. */
export const cleanUpActions = ['suspend', 'snapshotAndTerminate', 'terminate'] as const;

export type CleanUpAction = (typeof cleanUpActions)[number];

const needs: Readonly<Record<CleanUpAction, Capability>> = {
  suspend: 'canSuspend',
  snapshotAndTerminate: 'canSnapshot',
  terminate: 'canTerminate',
};

/** Those of the rows that an action can be done to. One under another action is none of them. */
export function ableTo(rows: readonly Row[], action: CleanUpAction): readonly Row[] {
  return rows.filter(row => row.action === undefined && isAbleTo(row, [needs[action]]));
}

/**
 * The rows as they are now, of those that are as they were when the user agreed: what changed its state since, came to
 * be used or is under an action is left alone.
 */
export function stillAgreed(
  agreed: readonly Row[],
  now: ReadonlyMap<string, Row>,
  inUse: ReadonlySet<string>,
): readonly Row[] {
  return agreed.flatMap(({ sandbox }) => {
    const row = now.get(sandbox.id);
    const isSame = row?.sandbox.rawState === sandbox.rawState && row.action === undefined;
    return isSame && !inUse.has(sandbox.id) ? [row] : [];
  });
}

/** States that hold a machine, which ending or suspending a sandbox frees. */
const holding: ReadonlySet<Sandbox['state']> = new Set<Sandbox['state']>([
  'running',
  'snapshotting',
  'suspending',
]);

/** CPU, memory and GPUs that sandboxes hold, as far as the service says. Disks are no part of it. */
export function heldResources(sandboxes: readonly Sandbox[]): Resources {
  const held = sandboxes.filter(({ state }) => holding.has(state)).map(({ resources }) => resources);
  const cpus = total(held.map(each => each.cpus));
  const memoryMb = total(held.map(each => each.memoryMb));
  const gpus = new Map<string, number>();
  for (const { model, count } of held.flatMap(each => each.gpus))
    gpus.set(model, (gpus.get(model) ?? 0) + count);
  return {
    ...(cpus > 0 && { cpus }),
    ...(memoryMb > 0 && { memoryMb }),
    gpus: [...gpus].map(([model, count]): Gpu => ({ model, count })),
  };
}

function total(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
