import { boundedRow, cutMark } from '../../../core/kernel/formats/boundedJson';
import {
  booleanOf,
  isJsonObject,
  type JsonObject,
  listOf,
  noEntries,
  numberIn,
  numberOf,
  objectOf,
  textListOf,
  textOf,
} from '../../../core/kernel/formats/json';
import type {
  FileSystemMount,
  Gpu,
  NetworkPolicy,
  ResourceResize,
  Resources,
  Sandbox,
} from '../../../core/sandbox/sandbox';
import { parseState } from '../../../core/sandbox/state';
import { errorDetailsText } from '../../http/errors/errorText';
import { parseWireTime } from '../../http/times/wireTime';
import { type BadRowReason, idOf, readOne, type ReadRows, readRows } from '../pages';

/**
 * A wire object without its routing hint, which is a short-lived credential (API reference section 1.6). An object
 * without one is returned unchanged: copying every row of a long list costs more than reading it.
 */
export function withoutRoutingHint(object: JsonObject): JsonObject {
  if ((object['routing_hint'] ?? object['routingHint'] ?? undefined) === undefined) return object;
  const hints = ['routing_hint', 'routingHint'];
  return Object.fromEntries(Object.entries(object).filter(([name]) => !hints.includes(name)));
}

/**
 * Reads one SandboxInfo (API reference section 2.3 and appendix A). Only an id is required: a full object schema costs
 * seven times as much per row, and would have to tolerate every member anyway.
 *
 * @returns the sandbox, or why there is none
 *
 * @internal
 */
export function readSandboxRow(entry: unknown): Sandbox | BadRowReason {
  if (!isJsonObject(entry)) return 'notObject';
  const row = boundedRow(entry);
  const id = idOf(row, 'id', 'sandbox_id', 'sandboxId');
  if (id === undefined) return 'noId';
  const rawState = textOf(row, 'status', 'state') ?? '';
  const policy = objectOf(row, 'network_policy', 'networkPolicy', 'network');
  const ports = readPorts(row['exposed_ports'] ?? row['exposedPorts']);
  return {
    id,
    name: textOf(row, 'name'),
    namespace: textOf(row, 'namespace'),
    state: parseState(rawState),
    rawState,
    image: textOf(row, 'image'),
    resources: readResources(objectOf(row, 'resources')) ?? { gpus: noEntries },
    timeoutSecs: numberOf(row, 'timeout_secs', 'timeoutSecs'),
    createdAtMs: parseWireTime(row['created_at'] ?? row['createdAt']),
    terminatedAtMs: parseWireTime(row['terminated_at'] ?? row['terminatedAt']),
    archivedAtMs: parseWireTime(row['archived_at'] ?? row['archivedAt']),
    pendingReason: textOf(row, 'pending_reason', 'pendingReason'),
    outcome: textOf(row, 'outcome'),
    terminationReason: textOf(row, 'termination_reason', 'terminationReason'),
    errorDetails: errorDetailsText(row['error_details'] ?? row['errorDetails']),
    entrypoint: textListOf(row, 'entrypoint'),
    secretNames: textListOf(row, 'secret_names', 'secretNames'),
    networkPolicy: readNetworkPolicy(policy),
    unreadRules: countOrNone(unreadRules(policy)),
    exposedPorts: ports.ports,
    unreadPorts: countOrNone(ports.unread),
    allowUnauthenticatedAccess: readPublicAccess(row),
    poolId: textOf(row, 'pool_id', 'poolId'),
    templateId: textOf(row, 'template_id', 'templateId'),
    containerId: textOf(row, 'container_id', 'containerId'),
    executorId: textOf(row, 'executor_id', 'executorId'),
    ingressEndpoint: textOf(row, 'ingress_endpoint', 'ingressEndpoint'),
    sandboxUrl: textOf(row, 'sandbox_url', 'sandboxUrl'),
    fileSystems: readMounts(listOf(row, 'file_systems', 'fileSystems') ?? noEntries),
    runtime: textOf(row, 'runtime'),
    resourceResize: readResize(objectOf(row, 'resource_resize', 'resourceResize')),
    raw: withoutRoutingHint(row),
  };
}

/**
 * Reads the body of get, update, attach and detach.
 *
 * @throws ApiError of kind `schema` when it holds no sandbox
 */
export function readSandbox(body: unknown): Sandbox {
  return readOne(body, readSandboxRow, 'sandbox');
}

/** Reads the entries of a list; an unreadable one is reported and does not lose the others. See `readRows`. */
export async function readSandboxRows(
  entries: readonly unknown[],
): Promise<Omit<ReadRows<Sandbox>, 'rows'> & { readonly sandboxes: readonly Sandbox[] }> {
  const { rows, ...rest } = await readRows(entries, readSandboxRow);
  return { sandboxes: rows, ...rest };
}

/** Whether a sandbox, or those of a pool, are public; absent is private. */
export function readPublicAccess(row: JsonObject): boolean {
  return (
    booleanOf(
      row,
      'allow_unauthenticated_access',
      'allow_unauthenticated_proxy_access',
      'allowUnauthenticatedAccess',
    ) ?? false
  );
}

/** Reads a list of TCP ports, each as a number or in digits; null and absent is none. */
export function readPorts(value: unknown): { readonly ports: readonly number[]; readonly unread: number } {
  if (!Array.isArray(value)) return { ports: noEntries, unread: isNothing(value) ? 0 : 1 };
  const ports = new Set<number>();
  let unread = 0;
  for (const entry of value) {
    const port = numberIn(entry);
    if (port !== undefined && Number.isInteger(port) && port > 0 && port <= 65_535) ports.add(port);
    else unread += 1;
  }
  return { ports: ports.size === 0 ? noEntries : [...ports], unread };
}

function countOrNone(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Reads `resources` of a sandbox or a pool (API reference section 2.3). */
export function readResources(resources: JsonObject | undefined): Resources | undefined {
  if (resources === undefined) return undefined;
  return {
    cpus: numberOf(resources, 'cpus'),
    memoryMb: numberOf(resources, 'memory_mb', 'memoryMb'),
    diskMb: numberOf(resources, 'disk_mb', 'ephemeral_disk_mb', 'diskMb'),
    gpus: readGpus(listOf(resources, 'gpus', 'gpu_configs', 'gpuConfigs') ?? noEntries),
  };
}

function readGpus(entries: readonly unknown[]): readonly Gpu[] {
  return entries.length === 0 ? noEntries : entries.flatMap(readGpu);
}

function readGpu(entry: unknown): readonly Gpu[] {
  if (!isJsonObject(entry)) return [];
  const model = textOf(entry, 'model');
  const count = numberOf(entry, 'count') ?? 0;
  return model === undefined || count === 0 ? [] : [{ model, count }];
}

/** Reads a network rule object (API reference section 2.3). */
export function readNetworkPolicy(policy: JsonObject | undefined): NetworkPolicy | undefined {
  if (policy === undefined) return undefined;
  return {
    allowInternetAccess: booleanOf(policy, 'allow_internet_access', 'allowInternetAccess') ?? true,
    allowOut: readRules(textListOf(policy, 'allow_out', 'allowOut')),
    denyOut: readRules(textListOf(policy, 'deny_out', 'denyOut')),
  };
}

/** How many rules of a policy `readNetworkPolicy` leaves out. */
function unreadRules(policy: JsonObject | undefined): number {
  if (policy === undefined) return 0;
  const lists = [policy['allow_out'] ?? policy['allowOut'], policy['deny_out'] ?? policy['denyOut']];
  let unread = 0;
  for (const list of lists) {
    if (!Array.isArray(list)) unread += isNothing(list) ? 0 : 1;
    else for (const entry of list) if (typeof entry !== 'string' || !isRule(entry)) unread += 1;
  }
  return unread;
}

function readRules(list: readonly string[] = noEntries): readonly string[] {
  return list.length === 0 ? noEntries : list.filter(isRule);
}

function isRule(text: string): boolean {
  return text !== cutMark;
}

function readMounts(entries: readonly unknown[]): readonly FileSystemMount[] {
  if (entries.length === 0) return noEntries;
  const mounts: FileSystemMount[] = [];
  for (const entry of entries) {
    if (!isJsonObject(entry)) continue;
    const fileSystemId = textOf(entry, 'file_system_id', 'fileSystemId');
    const mountPath = textOf(entry, 'mount_path', 'mountPath');
    if (fileSystemId === undefined || mountPath === undefined) continue;
    mounts.push({
      fileSystemId,
      mountPath,
      readOnly: booleanOf(entry, 'read_only', 'readOnly') ?? false,
      prefetch: booleanOf(entry, 'prefetch') ?? false,
      snapshotId: textOf(entry, 'snapshot_id', 'snapshotId'),
    });
  }
  return mounts;
}

function readResize(resize: JsonObject | undefined): ResourceResize | undefined {
  const generation = resize === undefined ? undefined : numberOf(resize, 'generation');
  if (resize === undefined || generation === undefined) return undefined;
  return {
    generation,
    status: textOf(resize, 'status') ?? '',
    requested: readResources(objectOf(resize, 'requested')),
    errorMessage: textOf(resize, 'error_message', 'errorMessage'),
  };
}
