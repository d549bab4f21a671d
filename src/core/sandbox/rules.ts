import type { FileSystemMount, Gpu } from './sandbox';

/** Requested resources; a missing member is left to the server or to the snapshot. Sizes are in MiB. */
export interface ResourceRequest {
  readonly cpus?: number;
  readonly memoryMb?: number;
  readonly diskMb?: number;
  readonly gpus?: readonly Gpu[];
}

/**
 * Limits of API reference section 5. Only the lower bound of CPUs is certain; the server decides about larger counts.
 */
export const createLimits = {
  nameMaxLength: 63,
  minCpus: 1,
  suggestedMaxCpus: 8,
  memoryMbPerCpuMin: 1024,
  memoryMbPerCpuMax: 8192,
  diskMbMin: 10_240,
  diskMbMax: 102_400,
  defaultTimeoutSecs: 600,
  managementPort: 9501,
  portMax: 65_535,
} as const;

export type NameRule = 'empty' | 'tooLong' | 'start' | 'characters' | 'end' | 'looksLikeId';

/** The field of a request that breaks a rule. */
export type ViolationField =
  | 'name'
  | 'image'
  | 'cpus'
  | 'memoryMb'
  | 'diskMb'
  | 'gpus'
  | 'timeoutSecs'
  | 'maxPendingSecs'
  | 'exposedPorts'
  | 'allowOut'
  | 'denyOut'
  | 'fileSystems';

type ViolationRule =
  | { readonly rule: 'name'; readonly name: NameRule; readonly max: number }
  | { readonly rule: 'min'; readonly min: number; readonly actual: number }
  | { readonly rule: 'max'; readonly max: number; readonly actual: number }
  /** A number that must be whole, or that is not finite. */
  | { readonly rule: 'integer' | 'number'; readonly actual: number }
  | { readonly rule: 'reserved' | 'duplicate'; readonly value: string }
  | {
      readonly rule: 'format';
      readonly expected: 'networkEntry' | 'absolutePath' | 'text';
      readonly value: string;
    }
  /** The field may not be given together with `other`. */
  | { readonly rule: 'excludes'; readonly other: 'snapshotId' }
  /** The field needs `other` to be set as well. */
  | { readonly rule: 'requires'; readonly other: 'readOnly' };

/** One broken rule, which the texts put into words. `index` is the position in a list field. */
export type Violation = { readonly field: ViolationField; readonly index?: number } & ViolationRule;

const nameCharacters = /^[a-z0-9-]+$/;

const idShape = /^[a-z0-9]{21}$/;

/**
 * The first rule of API reference section 5 that `name` breaks, or undefined when the name is fine.
 *
 * @param name the name as typed, not trimmed
 */
export function sandboxNameViolation(name: string): NameRule | undefined {
  if (name.length === 0) return 'empty';
  if (name.length > createLimits.nameMaxLength) return 'tooLong';
  if (!nameCharacters.test(name)) return 'characters';
  if (!/^[a-z]/.test(name)) return 'start';
  if (name.endsWith('-')) return 'end';
  return idShape.test(name) ? 'looksLikeId' : undefined;
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

const ipv4OrCidr = new RegExp(`^(?:${octet}\\.){3}${octet}(?:/(?:3[0-2]|[12]?\\d))?$`);

const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether `entry` is an IPv4 address, an IPv4 CIDR block or a host name (API reference section 5, "Network rules"). */
export function isNetworkEntry(entry: string): boolean {
  if (ipv4OrCidr.test(entry)) return true;
  if (entry.length > 253) return false;
  const labels = entry.split('.');
  const last = labels.at(-1) ?? '';
  return labels.every(label => hostLabel.test(label)) && !/^\d+$/.test(last);
}

/** The rules for the name and the source of a sandbox. */
export function* identityViolations(request: {
  readonly name?: string;
  readonly image?: string;
  readonly snapshotId?: string;
}): Generator<Violation> {
  if (request.name !== undefined) {
    const name = sandboxNameViolation(request.name);
    if (name !== undefined) yield { field: 'name', rule: 'name', name, max: createLimits.nameMaxLength };
  }
  if (request.image !== undefined && request.snapshotId !== undefined) {
    yield { field: 'image', rule: 'excludes', other: 'snapshotId' };
  }
}

/** The rules for sizes. Those for memory depend on the CPUs, which a snapshot may determine. */
export function* resourceViolations(request: {
  readonly resources?: ResourceRequest;
  readonly snapshotId?: string;
}): Generator<Violation> {
  const { cpus, memoryMb, diskMb, gpus } = request.resources ?? {};
  if (cpus !== undefined) yield* within('cpus', cpus, createLimits.minCpus, Number.POSITIVE_INFINITY);
  if (memoryMb !== undefined) {
    // A restore without a CPU count keeps that of the snapshot, so only the bound for one CPU is known.
    const isCpuCountKnown = cpus !== undefined || request.snapshotId === undefined;
    const count = Math.max(createLimits.minCpus, cpus ?? 1);
    const max = isCpuCountKnown ? createLimits.memoryMbPerCpuMax * count : Number.POSITIVE_INFINITY;
    const min = createLimits.memoryMbPerCpuMin * (isCpuCountKnown ? count : 1);
    yield* integerWithin('memoryMb', memoryMb, min, max);
  }
  if (diskMb !== undefined) {
    yield* integerWithin('diskMb', diskMb, createLimits.diskMbMin, createLimits.diskMbMax);
  }
  for (const [index, gpu] of (gpus ?? []).entries()) {
    if (gpu.model.trim() === '') {
      yield { field: 'gpus', index, rule: 'format', expected: 'text', value: gpu.model };
    }
    yield* integerWithin('gpus', gpu.count, 1, Number.POSITIVE_INFINITY, index);
  }
}

/** The rules for a number of seconds. */
export function* wholeNumber(field: 'timeoutSecs' | 'maxPendingSecs', value: number | undefined) {
  if (value !== undefined) yield* integerWithin(field, value, 0, Number.POSITIVE_INFINITY);
}

/** The rules for a list of exposed ports. */
export function* portViolations(ports: readonly number[]): Generator<Violation> {
  const seen = new Set<number>();
  for (const [index, port] of ports.entries()) {
    yield* integerWithin('exposedPorts', port, 1, createLimits.portMax, index);
    const value = String(port);
    if (port === createLimits.managementPort) yield { field: 'exposedPorts', index, rule: 'reserved', value };
    if (seen.has(port)) yield { field: 'exposedPorts', index, rule: 'duplicate', value };
    seen.add(port);
  }
}

/** The rules for a list of network rules. */
export function* networkViolations(
  field: 'allowOut' | 'denyOut',
  entries: readonly string[],
): Generator<Violation> {
  for (const [index, value] of entries.entries()) {
    if (!isNetworkEntry(value)) yield { field, index, rule: 'format', expected: 'networkEntry', value };
  }
}

/** A path without what does not matter in it: repeated slashes, and one at the end. */
export function normalPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

/** The rules for a list of mounted file systems. */
export function* mountViolations(mounts: readonly FileSystemMount[]): Generator<Violation> {
  const field = 'fileSystems';
  const seen = new Set<string>();
  for (const [index, mount] of mounts.entries()) {
    const value = mount.mountPath;
    if (mount.fileSystemId.trim() === '') {
      yield { field, index, rule: 'format', expected: 'text', value: mount.fileSystemId };
    }
    if (!value.startsWith('/')) yield { field, index, rule: 'format', expected: 'absolutePath', value };
    const normal = normalPath(value);
    if (seen.has(normal)) yield { field, index, rule: 'duplicate', value };
    seen.add(normal);
    if (mount.snapshotId !== undefined && !mount.readOnly) {
      yield { field, index, rule: 'requires', other: 'readOnly' };
    }
  }
}

function* within(
  field: ViolationField,
  actual: number,
  min: number,
  max: number,
  index?: number,
): Generator<Violation> {
  const place = index === undefined ? { field } : { field, index };
  if (!Number.isFinite(actual)) yield { ...place, rule: 'number', actual };
  else if (actual < min) yield { ...place, rule: 'min', min, actual };
  else if (actual > max) yield { ...place, rule: 'max', max, actual };
}

function* integerWithin(
  field: ViolationField,
  actual: number,
  min: number,
  max: number,
  index?: number,
): Generator<Violation> {
  if (Number.isFinite(actual) && !Number.isInteger(actual)) {
    yield { ...(index === undefined ? { field } : { field, index }), rule: 'integer', actual };
  }
  yield* within(field, actual, min, max, index);
}

/**
 * The first rule that a new mount breaks beside the present ones: an absolute path, used once (API reference section
 * 2.13).
 */
export function mountViolation(
  mount: FileSystemMount,
  present: readonly FileSystemMount[],
): Violation | undefined {
  return [...mountViolations([...present, mount])].find(({ index }) => index === present.length);
}
