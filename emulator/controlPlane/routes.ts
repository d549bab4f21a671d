import { getArchived, listArchived } from './archive';
import { copySandbox } from './copy';
import { createSandbox } from './create';
import { introspectKey } from './keys';
import { getSandbox, listSandboxes } from './read';
import { none, route, type Route } from './route';
import { copyQuery, createBody, listQuery, pageQuery, snapshotBody, updateBody } from './schemas';
import { createSnapshot, deleteSnapshot, getSnapshot, listSnapshots } from './snapshots';
import { resumeSandbox, suspendSandbox, terminateSandbox } from './transitions';
import { updateSandbox } from './update';

/** Method, path, query, body, handler (API reference section 0). */
export const routes: readonly Route[] = [
  route('POST', '/sandboxes', none, createBody, createSandbox),
  route('GET', '/sandboxes', listQuery, none, listSandboxes),
  route('GET', '/sandboxes/{id}', none, none, getSandbox),
  route('PATCH', '/sandboxes/{id}', none, updateBody, updateSandbox),
  route('DELETE', '/sandboxes/{id}', none, none, terminateSandbox),
  route('POST', '/sandboxes/{id}/suspend', none, none, suspendSandbox),
  route('POST', '/sandboxes/{id}/resume', none, none, resumeSandbox),
  route('POST', '/sandboxes/{id}/copy', copyQuery, none, copySandbox),
  route('POST', '/sandboxes/{id}/snapshot', none, snapshotBody, createSnapshot),
  route('GET', '/snapshots', none, none, listSnapshots),
  route('GET', '/snapshots/{id}', none, none, getSnapshot),
  route('DELETE', '/snapshots/{id}', none, none, deleteSnapshot),
  route('GET', '/archived-sandboxes', pageQuery, none, listArchived),
  route('GET', '/archived-sandboxes/{id}', none, none, getArchived),
  route('POST', '/platform/v1/keys/introspect', none, none, introspectKey),
];
