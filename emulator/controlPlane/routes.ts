import { listLogs, listLogStreams, logsQuery } from './logs';
import {
  destinationsQuery,
  eventsQuery,
  getNetworkStatus,
  listDestinations,
  listNetworkEvents,
} from './network';
import { platformRoutes } from './platform/routes';
import { claimSandbox, createPool, deletePool, getPool, listPools, replacePool } from './pools';
import { claimBody, poolBody, poolDeleteQuery } from './poolSchemas';
import { copySandbox } from './sandboxes/copy';
import { createSandbox } from './sandboxes/create';
import { attachFileSystem, detachFileSystem } from './sandboxes/mounts';
import { getArchived, getSandbox, listArchived, listSandboxes } from './sandboxes/read';
import { resumeSandbox, suspendSandbox, terminateSandbox } from './sandboxes/transitions';
import { updateSandbox } from './sandboxes/update';
import { createSnapshot, deleteSnapshot, getSnapshot, listSnapshots } from './snapshots';
import { none, route, type Route } from './wire/route';
import {
  copyQuery,
  createBody,
  detachBody,
  listQuery,
  mountBody,
  pageQuery,
  snapshotBody,
  updateBody,
} from './wire/schemas';

const sandboxRoutes: readonly Route[] = [
  route('POST', '/sandboxes', none, createBody, createSandbox),
  route('GET', '/sandboxes', listQuery, none, listSandboxes),
  route('GET', '/sandboxes/{id}', none, none, getSandbox),
  route('PATCH', '/sandboxes/{id}', none, updateBody, updateSandbox),
  route('DELETE', '/sandboxes/{id}', none, none, terminateSandbox),
  route('POST', '/sandboxes/{id}/suspend', none, none, suspendSandbox),
  route('POST', '/sandboxes/{id}/resume', none, none, resumeSandbox),
  route('POST', '/sandboxes/{id}/copy', copyQuery, none, copySandbox),
  // What the CLI 0.5.33 asks for (API reference section 2.9).
  route('POST', '/sandbox/{id}/copy', copyQuery, none, copySandbox),
  route('POST', '/sandboxes/{id}/snapshot', none, snapshotBody, createSnapshot),
  route('POST', '/sandboxes/{id}/file_systems', none, mountBody, attachFileSystem),
  route('DELETE', '/sandboxes/{id}/file_systems', none, detachBody, detachFileSystem),
  route('GET', '/snapshots', none, none, listSnapshots),
  route('GET', '/snapshots/{id}', none, none, getSnapshot),
  route('DELETE', '/snapshots/{id}', none, none, deleteSnapshot),
  route('GET', '/archived-sandboxes', pageQuery, none, listArchived),
  route('GET', '/archived-sandboxes/{id}', none, none, getArchived),
];

const poolRoutes: readonly Route[] = [
  route('POST', '/sandbox-pools', none, poolBody, createPool),
  route('GET', '/sandbox-pools', none, none, listPools),
  route('GET', '/sandbox-pools/{id}', none, none, getPool),
  route('PUT', '/sandbox-pools/{id}', none, poolBody, replacePool),
  route('DELETE', '/sandbox-pools/{id}', poolDeleteQuery, none, deletePool),
  route('POST', '/sandbox-pools/{id}/sandboxes', none, claimBody, claimSandbox),
];

const telemetryRoutes: readonly Route[] = [
  route('GET', '/sandboxes/{id}/logs', logsQuery, none, listLogs),
  route('GET', '/sandboxes/{id}/processes', none, none, listLogStreams),
  route('GET', '/sandboxes/{id}/network/events', eventsQuery, none, listNetworkEvents),
  route('GET', '/sandboxes/{id}/network/destinations', destinationsQuery, none, listDestinations),
  route('GET', '/sandboxes/{id}/network/status', none, none, getNetworkStatus),
];

/** Both forms of a control-plane path lead to the same routes; the key decides the project (API reference section 1.7). */
const namespacePrefix = /^\/v1\/namespaces\/[^/]+(?=\/)/;

/** A path without the namespace it may begin with. */
export function flatPath(path: string): string {
  return path.replace(namespacePrefix, '');
}

/** Method, path, query, body, handler (API reference section 0). */
export const routes: readonly Route[] = [
  ...sandboxRoutes,
  ...poolRoutes,
  ...telemetryRoutes,
  ...platformRoutes,
];
