import { createLimits, type ResourceRequest, resourceViolations, type Violation } from './rules';
import type { Resources, Sandbox } from './sandbox';

/** What a live resize can change (API reference section 2.12). CPUs are whole; memory and disk are MiB. */
export type Size = Pick<ResourceRequest, 'cpus' | 'memoryMb' | 'diskMb'>;

const dimensions = ['cpus', 'memoryMb', 'diskMb'] as const;

/** The size of a sandbox, without what a resize cannot change. */
export function sizeOf({ cpus, memoryMb, diskMb }: Resources): Size {
  return {
    ...(cpus !== undefined && { cpus }),
    ...(memoryMb !== undefined && { memoryMb }),
    ...(diskMb !== undefined && { diskMb }),
  };
}

/** The dimensions in which `wanted` differs, which are those to send. Empty if nothing changes. */
export function resizeDifference(current: Size, wanted: Size): Size {
  return Object.fromEntries(
    dimensions
      .filter(dimension => wanted[dimension] !== undefined && wanted[dimension] !== current[dimension])
      .map(dimension => [dimension, wanted[dimension]]),
  );
}

/** The range of a dimension: the disk can only grow, memory depends on the CPUs. */
export function sizeRange(
  current: Size,
  wanted: Size,
  dimension: keyof Size,
): { readonly min: number; readonly max: number } {
  switch (dimension) {
    case 'cpus':
      return { min: createLimits.minCpus, max: Number.POSITIVE_INFINITY };
    case 'memoryMb': {
      const cpus = wanted.cpus ?? current.cpus ?? createLimits.minCpus;
      return { min: createLimits.memoryMbPerCpuMin * cpus, max: createLimits.memoryMbPerCpuMax * cpus };
    }
    case 'diskMb':
      return { min: current.diskMb ?? createLimits.diskMbMin, max: createLimits.diskMbMax };
  }
}

/** Every rule that a resize breaks. Unchanged dimensions are not checked. */
export function resizeViolations(current: Size, wanted: Size): readonly Violation[] {
  const changed = resizeDifference(current, wanted);
  const isCompute = changed.cpus !== undefined || changed.memoryMb !== undefined;
  const asked: Size = {
    ...(isCompute && sizeOf({ cpus: wanted.cpus, memoryMb: wanted.memoryMb, gpus: [] })),
    ...(changed.diskMb !== undefined && { diskMb: changed.diskMb }),
  };
  const shrinks: readonly Violation[] =
    changed.diskMb !== undefined && current.diskMb !== undefined && changed.diskMb < current.diskMb
      ? [{ field: 'diskMb', rule: 'min', min: current.diskMb, actual: changed.diskMb }]
      : [];
  const fractional: readonly Violation[] =
    changed.cpus !== undefined && Number.isFinite(changed.cpus) && !Number.isInteger(changed.cpus)
      ? [{ field: 'cpus', rule: 'integer', actual: changed.cpus }]
      : [];
  const general = [...resourceViolations({ resources: asked })].filter(
    ({ field }) => field !== 'diskMb' || shrinks.length === 0,
  );
  return [...fractional, ...shrinks, ...general];
}

/** The progress of a resize. */
export type ResizeState =
  | 'pending'
  | 'succeeded'
  | 'failed'
  /** A later resize replaced it. */
  | 'superseded'
  /** The sandbox left `running` first. */
  | 'interrupted';

/** The progress of the resize with this generation, as the sandbox reports it. */
export function resizeState(
  { state, resourceResize }: Pick<Sandbox, 'state' | 'resourceResize'>,
  generation: number,
): ResizeState {
  const reported = resourceResize?.generation === generation ? resourceResize.status.toLowerCase() : '';
  if (reported === 'succeeded' || reported === 'failed') return reported;
  if ((resourceResize?.generation ?? generation) > generation) return 'superseded';
  return state === 'running' ? 'pending' : 'interrupted';
}
