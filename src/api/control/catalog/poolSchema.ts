import { boundedRow } from '../../../core/kernel/formats/boundedJson';
import type { PoolContainers, SandboxPool } from '../../../core/catalog/pool';
import {
  isJsonObject,
  listOf,
  numberOf,
  objectOf,
  textListOf,
  textOf,
} from '../../../core/kernel/formats/json';
import { readNetworkPolicy, readPorts, readPublicAccess, readResources } from '../sandboxes/sandboxSchema';
import { parseWireTime } from '../../http/times/wireTime';
import { type BadRowReason, idOf, readOne, type ReadRows, readWholeList } from '../pages';

/** Reads one SandboxPoolInfo (API reference section 2.16); only an id is required. @internal */
export function readPoolRow(entry: unknown): SandboxPool | BadRowReason {
  if (!isJsonObject(entry)) return 'notObject';
  const row = boundedRow(entry);
  const id = idOf(row, 'pool_id', 'id', 'poolId');
  if (id === undefined) return 'noId';
  // Only counted, so it may be longer than what is kept of a row.
  const containers = readContainers(listOf(entry, 'containers'));
  return {
    id,
    namespace: textOf(row, 'namespace'),
    image: textOf(row, 'image'),
    resources: readResources(objectOf(row, 'resources')) ?? { gpus: [] },
    timeoutSecs: numberOf(row, 'timeout_secs', 'timeoutSecs'),
    entrypoint: textListOf(row, 'entrypoint'),
    minContainers: numberOf(row, 'min_containers', 'minContainers'),
    maxContainers: numberOf(row, 'max_containers', 'maxContainers'),
    warmContainers: numberOf(row, 'warm_containers', 'warmContainers'),
    networkPolicy: readNetworkPolicy(objectOf(row, 'network_policy', 'networkPolicy', 'network')),
    allowUnauthenticatedAccess: readPublicAccess(row),
    exposedPorts: readPorts(row['exposed_ports'] ?? row['exposedPorts']).ports,
    createdAtMs: parseWireTime(row['created_at'] ?? row['createdAt']),
    updatedAtMs: parseWireTime(row['updated_at'] ?? row['updatedAt']),
    ...(containers && { containers }),
    raw: row,
  };
}

/**
 * Reads the body of `GET /sandbox-pools/{id}`.
 *
 * @throws ApiError of kind `schema` when it holds no pool
 */
export function readPool(body: unknown): SandboxPool {
  return readOne(body, readPoolRow, 'pool');
}

/** Reads the entries of a list of pools; an unreadable one is reported and does not lose the others. See `readWholeList`. */
export async function readPoolRows(
  entries: readonly unknown[],
): Promise<Omit<ReadRows<SandboxPool>, 'rows'> & { readonly pools: readonly SandboxPool[] }> {
  const { rows, ...rest } = await readWholeList(entries, readPoolRow);
  return { pools: rows, ...rest };
}

/**
 * Containers are `Idle` or `Running`; any other word counts as neither. One that runs for no sandbox is kept ready: the
 * official SDK and the open-source server say it so.
 */
function readContainers(list: readonly unknown[] | undefined): PoolContainers | undefined {
  if (!list) return undefined;
  const states = list.filter(isJsonObject).map(container => {
    const state = textOf(container, 'state')?.toLowerCase();
    const holder = 'sandbox_id' in container ? container['sandbox_id'] : container['sandboxId'];
    return state === 'running' && holder === null ? 'idle' : state;
  });
  return {
    idle: states.filter(state => state === 'idle').length,
    running: states.filter(state => state === 'running').length,
  };
}
