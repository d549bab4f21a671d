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

/** A create that is being filled in: the request, how many sandboxes, and the snapshot they are restored from. */
export interface CreateDraft {
  readonly request: CreateSandboxRequest;
  /** At least 1. */
  readonly count: number;
  /** Known if `request.snapshotId` is set and the snapshot could be read. */
  readonly snapshot?: SandboxSnapshot;
  /** The server that is asked, as `Sandbox.server` names it. */
  readonly server?: Sandbox['server'];
}

/** What the official tools send (API reference section 2.2). */
export const freshDefaults: CreateSandboxRequest = {
  resources: { cpus: 1, memoryMb: createLimits.memoryMbPerCpuMin },
  timeoutSecs: createLimits.defaultTimeoutSecs,
};

/** A larger number is more likely a typing mistake, and would cost money. */
export const maxCount = 50;

/**
 * A draft that begins with `start`. CPUs and memory, which a fresh sandbox needs (API reference section 6, point 4),
 * default to what the official tools send; a restore keeps those of its snapshot.
 */
export function draftOf(
  start: CreateSandboxRequest,
  options: Partial<Pick<CreateDraft, 'count' | 'snapshot' | 'server'>> = {},
): CreateDraft {
  const { count = 1, snapshot, server } = options;
  const isRestore = start.snapshotId !== undefined;
  const request = isRestore ? start : { ...start, resources: freshResources(start.resources) };
  return { request, count, ...(snapshot && { snapshot }), ...(server && { server }) };
}

function freshResources(wanted: CreateSandboxRequest['resources']): CreateSandboxRequest['resources'] {
  const cpus = wanted?.cpus ?? 1;
  return { ...wanted, cpus, memoryMb: wanted?.memoryMb ?? leastMemory(cpus) };
}

/** A request as it is carried over to another sandbox: what is public is never so without being asked for again. */
export function withoutPublicAccess(request: CreateSandboxRequest): CreateSandboxRequest {
  return { ...request, allowUnauthenticatedAccess: undefined };
}

/**
 * The request that makes a sandbox like another, as far as the service reports it: without its secrets and its content.
 * It is private, whatever the other was.
 */
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
  };
}

/** Sets the CPUs. Memory is adjusted where it would leave the range that these CPUs allow. */
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

/** The least memory for a number of CPUs, in MiB (API reference section 5). */
export function leastMemory(cpus: number): number {
  return Math.ceil(createLimits.memoryMbPerCpuMin * cpus);
}

/** The most memory for a number of CPUs, in MiB (API reference section 5). */
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

/** Fields that the snapshot determines. For a type that this version does not know, only the image is certain. */
export function lockedFields({ request, snapshot }: CreateDraft): ReadonlySet<CreateField> {
  if (request.snapshotId === undefined) return nothingFixed;
  return snapshot?.type === 'memory' ? fixedByMemory : fixedByAnySnapshot;
}

/**
 * Sets the snapshot that a draft restores, or none. Fields that the snapshot determines are dropped and sizes are left
 * to it; without a snapshot the sizes of a fresh sandbox are set.
 */
export function withSnapshot(draft: CreateDraft, snapshot: SandboxSnapshot | undefined): CreateDraft {
  const { request, count, server } = draft;
  const start = { ...request, resources: undefined, snapshotId: snapshot?.id };
  if (snapshot === undefined) return draftOf(start, { count, server });
  const kept = snapshot.type === 'memory' ? { entrypoint: undefined, secretNames: undefined } : {};
  return {
    request: { ...start, ...kept, image: undefined },
    count,
    snapshot,
    ...(server && { server }),
  };
}

/** The least size of the root disk in MiB: it can only grow (API reference section 2.10, "Restore"). */
export function leastDiskMb(snapshot: SandboxSnapshot | undefined): number {
  const bytes = snapshot?.rootfsDiskBytes ?? 0;
  return Math.max(createLimits.diskMbMin, Math.ceil(bytes / (1024 * 1024)));
}

/**
 * Names for `count` sandboxes: the name itself for one, else `name-1`, `name-2`… Numbers in use are skipped, so that a
 * second attempt continues where the first one stopped.
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

/** `name`, or the name with the smallest number that is not in use: `api-dev` becomes `api-dev-2`. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const stem = name.replace(/-\d{1,4}$/, '');
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const next = `${stem.slice(0, createLimits.nameMaxLength - end.length)}${end}`;
    if (!isTaken(next)) return next;
  }
}

/** The requests of a draft. They do not wait for the boot, which the rows show (API reference section 2.2, `wait`). */
export function requestsOf(
  { request, count }: CreateDraft,
  isTaken: (name: string) => boolean,
): readonly CreateSandboxRequest[] {
  const each = { ...request, wait: false };
  if (request.name === undefined) return Array.from({ length: count }, () => each);
  return numberedNames(request.name, count, isTaken).map(name => ({ ...each, name }));
}

/** Every rule that a draft breaks, as far as this is known without a request. */
export function draftViolations(
  draft: CreateDraft,
  isTaken: (name: string) => boolean,
): readonly Violation[] {
  const names = requestsOf(draft, isTaken).map(({ name }) => name);
  // The last of the numbered names is the longest.
  const violations = validateCreateRequest({ ...draft.request, name: names.at(-1) });
  const { diskMb } = draft.request.resources ?? {};
  const least = leastDiskMb(draft.snapshot);
  if (diskMb === undefined || diskMb >= least || diskMb < createLimits.diskMbMin) return violations;
  return [...violations, { field: 'diskMb', rule: 'min', min: least, actual: diskMb }];
}
