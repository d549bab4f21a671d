import { createLimits, type Violation } from '../sandbox/rules';
import { validateCreateRequest, type CreateSandboxRequest } from './createRequest';
import type { Sandbox } from '../sandbox/sandbox';
import type { SandboxSnapshot } from '../snapshots/snapshot';

/** Everything that can be chosen for a new sandbox, in the order of API reference section 2.2 where it has one. */
export const createFields = [
  'name',
  'count',
  'image',
  'entrypoint',
  'secretNames',
  'cpus',
  'memoryMb',
  'diskMb',
  'gpus',
  'timeoutSecs',
  'maxPendingSecs',
  'network',
  'exposedPorts',
  'allowUnauthenticatedAccess',
  'fileSystems',
  'snapshotId',
  'templateId',
] as const;

export type CreateField = (typeof createFields)[number];

/** What a person is putting together: one request, how many times, and what it restores. */
export interface CreateDraft {
  readonly request: CreateSandboxRequest;
  /** At least 1. */
  readonly count: number;
  /** Known when `request.snapshotId` is and the service told. */
  readonly snapshot?: SandboxSnapshot;
}

/** What the official tools send (API reference section 2.2). */
export const freshDefaults: CreateSandboxRequest = {
  resources: { cpus: 1, memoryMb: createLimits.memoryMbPerCpuMin },
  timeoutSecs: createLimits.defaultTimeoutSecs,
};

/** Nobody means to start more at once; a slip of the keyboard would cost money. */
export const maxCount = 50;

/**
 * A draft that begins with `start`. CPUs and memory, which a fresh sandbox needs (API reference section 6, point 4),
 * get what the official tools send; a restore keeps those of its snapshot.
 */
export function draftOf(
  start: CreateSandboxRequest,
  options: { readonly count?: number; readonly snapshot?: SandboxSnapshot } = {},
): CreateDraft {
  const { count = 1, snapshot } = options;
  const isRestore = start.snapshotId !== undefined;
  const request = isRestore ? start : { ...start, resources: freshResources(start.resources) };
  return { request, count, ...(snapshot && { snapshot }) };
}

function freshResources(wanted: CreateSandboxRequest['resources']): CreateSandboxRequest['resources'] {
  const cpus = wanted?.cpus ?? 1;
  return { ...wanted, cpus, memoryMb: wanted?.memoryMb ?? leastMemory(cpus) };
}

/** The request that makes a sandbox like another, as far as the service tells: not its secrets, not its content. */
export function requestLike(sandbox: Sandbox): CreateSandboxRequest {
  const { name, image, templateId, timeoutSecs, entrypoint, networkPolicy, exposedPorts, fileSystems } =
    sandbox;
  const { gpus, ...sizes } = sandbox.resources;
  return {
    name,
    image,
    templateId,
    resources: { ...sizes, ...(gpus.length > 0 && { gpus }) },
    timeoutSecs,
    entrypoint,
    network: networkPolicy,
    exposedPorts,
    fileSystems,
    ...(sandbox.allowUnauthenticatedAccess && { allowUnauthenticatedAccess: true }),
  };
}

/** Sets the CPUs. More of them need more memory, so the memory follows where it would fall out of its range. */
export function withCpus(request: CreateSandboxRequest, cpus: number | undefined): CreateSandboxRequest {
  const { memoryMb, ...rest } = request.resources ?? {};
  const follows =
    cpus === undefined || memoryMb === undefined
      ? memoryMb
      : Math.min(Math.max(memoryMb, leastMemory(cpus)), mostMemory(cpus));
  return {
    ...request,
    resources: {
      ...rest,
      cpus,
      ...(follows !== undefined && { memoryMb: follows }),
    },
  };
}

/** MiB that so many CPUs need at least (API reference section 5). */
export function leastMemory(cpus: number): number {
  return Math.ceil(createLimits.memoryMbPerCpuMin * cpus);
}

/** MiB that so many CPUs can have at most (API reference section 5). */
export function mostMemory(cpus: number): number {
  return Math.floor(createLimits.memoryMbPerCpuMax * cpus);
}

/** What a memory snapshot fixes (API reference section 2.10, "Restore"). */
const fixedByMemory: ReadonlySet<CreateField> = new Set([
  'image',
  'cpus',
  'memoryMb',
  'diskMb',
  'gpus',
  'entrypoint',
  'secretNames',
] as const);
const fixedByAnySnapshot: ReadonlySet<CreateField> = new Set(['image'] as const);
const nothingFixed: ReadonlySet<CreateField> = new Set();

/** Fields the snapshot decides. Of a kind this version does not know only the image is certain. */
export function lockedFields({ request, snapshot }: CreateDraft): ReadonlySet<CreateField> {
  if (request.snapshotId === undefined) return nothingFixed;
  return snapshot?.type === 'memory' ? fixedByMemory : fixedByAnySnapshot;
}

/**
 * Makes a draft restore another snapshot, or none: what the snapshot fixes is dropped, sizes are left to it. Without
 * one the sizes of a fresh sandbox come back.
 */
export function withSnapshot(draft: CreateDraft, snapshot: SandboxSnapshot | undefined): CreateDraft {
  const { request, count } = draft;
  const start = { ...request, resources: undefined, snapshotId: snapshot?.id };
  if (snapshot === undefined) return draftOf(start, { count });
  const kept = snapshot.type === 'memory' ? { entrypoint: undefined, secretNames: undefined } : {};
  return { request: { ...start, ...kept, image: undefined }, count, snapshot };
}

/** MiB the root disk must have at least: it only grows (API reference section 2.10, "Restore"). */
export function leastDiskMb(snapshot: SandboxSnapshot | undefined): number {
  const bytes = snapshot?.rootfsDiskBytes ?? 0;
  return Math.max(createLimits.diskMbMin, Math.ceil(bytes / (1024 * 1024)));
}

/**
 * Names for `count` sandboxes: the name itself for one, else `name-1`, `name-2`… Numbers that are taken are passed
 * over, so that a second attempt goes on where the first one stopped.
 */
export function numberedNames(
  name: string,
  count: number,
  isTaken: (name: string) => boolean,
): readonly string[] {
  if (count === 1) return [name];
  const names: string[] = [];
  for (let number = 1; names.length < count; number += 1) {
    const numbered = `${name}-${number}`;
    if (!isTaken(numbered)) names.push(numbered);
  }
  return names;
}

/** `name`, or with the least number that makes it free: `api-dev` becomes `api-dev-2`. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const stem = name.replace(/-\d{1,4}$/, '');
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const next = `${stem.slice(0, createLimits.nameMaxLength - end.length)}${end}`;
    if (!isTaken(next)) return next;
  }
}

/** The requests of a draft. They do not wait for the boot: rows show that (API reference section 2.2, `wait`). */
export function requestsOf(
  { request, count }: CreateDraft,
  isTaken: (name: string) => boolean,
): readonly CreateSandboxRequest[] {
  const each = { ...request, wait: false };
  if (request.name === undefined) return Array.from({ length: count }, () => each);
  return numberedNames(request.name, count, isTaken).map(name => ({ ...each, name }));
}

/** Every rule a draft breaks that is known without asking the service. */
export function draftViolations(
  draft: CreateDraft,
  isTaken: (name: string) => boolean,
): readonly Violation[] {
  const names = requestsOf(draft, isTaken).map(({ name }) => name);
  // Of numbered names the last one is the longest.
  const violations = validateCreateRequest({ ...draft.request, name: names.at(-1) });
  const { diskMb } = draft.request.resources ?? {};
  const least = leastDiskMb(draft.snapshot);
  if (diskMb === undefined || diskMb >= least || diskMb < createLimits.diskMbMin) return violations;
  return [...violations, { field: 'diskMb', rule: 'min', min: least, actual: diskMb }];
}
