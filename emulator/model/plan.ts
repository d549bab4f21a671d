import { badRequest } from '../http/reply';
import type { Resources } from '../records/records';
import type { Project } from './project';

/** The limits of an account (API reference section 5, "Plans" and "timeout_secs"). */
export interface PlanLimits {
  /** Sandboxes at one time, suspended and terminated ones not counted. */
  readonly maxConcurrent: number;
  readonly maxCpus: number;
  readonly maxMemoryMb: number;
  readonly maxDiskMb: number;
  readonly maxTimeoutSecs: number;
}

const defaultPlan: PlanLimits = {
  maxConcurrent: Infinity,
  maxCpus: 8,
  maxMemoryMb: 65_536,
  maxDiskMb: 102_400,
  maxTimeoutSecs: 86_400,
};

/** The defaults with `overrides` laid over them. */
export function resolvePlan(overrides: Partial<PlanLimits> = {}): PlanLimits {
  return {
    maxConcurrent: overrides.maxConcurrent ?? defaultPlan.maxConcurrent,
    maxCpus: overrides.maxCpus ?? defaultPlan.maxCpus,
    maxMemoryMb: overrides.maxMemoryMb ?? defaultPlan.maxMemoryMb,
    maxDiskMb: overrides.maxDiskMb ?? defaultPlan.maxDiskMb,
    maxTimeoutSecs: overrides.maxTimeoutSecs ?? defaultPlan.maxTimeoutSecs,
  };
}

/** Refuses resources over the plan, with the messages of the service (API reference section 2.2, status 400). */
export function checkResources(plan: PlanLimits, { cpus, memory_mb, disk_mb }: Resources): void {
  if (cpus > plan.maxCpus) throw badRequest(`Per-sandbox CPU limit exceeded (max ${plan.maxCpus})`);
  if (memory_mb > plan.maxMemoryMb) {
    throw badRequest(`Per-sandbox RAM limit exceeded (max ${plan.maxMemoryMb} MB)`);
  }
  if (disk_mb > plan.maxDiskMb) {
    throw badRequest(`Per-sandbox disk limit exceeded (max ${plan.maxDiskMb} MB)`);
  }
}

/** How many more active sandboxes the project may have. */
export function freeSlots(plan: PlanLimits, project: Project): number {
  // Counting reads the whole history, which a project without a limit can skip.
  if (plan.maxConcurrent === Infinity) return Infinity;
  const inactive = new Set<string>(['suspended', 'terminated']);
  const active = project.sandboxes.values().filter(sandbox => !inactive.has(sandbox.state)).length;
  return plan.maxConcurrent - active;
}

export function concurrencyMessage(plan: PlanLimits): string {
  return `Concurrent sandbox limit exceeded (max ${plan.maxConcurrent})`;
}

export function checkConcurrency(plan: PlanLimits, project: Project): void {
  if (freeSlots(plan, project) < 1) throw badRequest(concurrencyMessage(plan));
}

/** The idle timeout that applies: `0` asks for the longest the plan allows (API reference section 2.2). */
export function resolveTimeout(plan: PlanLimits, requested: number): number {
  if (requested > plan.maxTimeoutSecs) {
    throw badRequest(`timeout_secs exceeds the plan maximum (${plan.maxTimeoutSecs})`);
  }
  return requested === 0 ? plan.maxTimeoutSecs : requested;
}
