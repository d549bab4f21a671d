import { z } from 'zod';
import { openSourceHealth } from '../../kernel/openSource';
import { ok } from '../../http/reply';
import { none, openRoute, route, type Route } from '../wire/route';
import { claim, create, drop, get, list, snapshot } from './sandboxes';
import { createPool, deletePool, getPool, listPools, replacePool } from './pools';

import { deleteSnapshot, getSnapshot, listSnapshots } from './snapshots';

/** Bodies are checked by the handlers, in the words of the framework. */
const anything = z.unknown();

/** All that the open-source server has of the API: paths that are not here are a 404 without a word. */
export const openSourceRoutes: readonly Route[] = [
  openRoute('GET', '/healthz', none, none, () => ok(openSourceHealth)),
  route('POST', '/sandboxes', none, anything, create),
  route('GET', '/sandboxes', none, none, list),
  route('GET', '/sandboxes/{id}', none, none, get),
  route('DELETE', '/sandboxes/{id}', none, none, drop),
  route('POST', '/sandboxes/{id}/snapshot', none, none, snapshot),
  route('GET', '/snapshots', none, none, listSnapshots),
  route('GET', '/snapshots/{id}', none, none, getSnapshot),
  route('DELETE', '/snapshots/{id}', none, none, deleteSnapshot),
  route('POST', '/sandbox-pools', none, anything, createPool),
  route('GET', '/sandbox-pools', none, none, listPools),
  route('GET', '/sandbox-pools/{id}', none, none, getPool),
  route('PUT', '/sandbox-pools/{id}', none, anything, replacePool),
  route('DELETE', '/sandbox-pools/{id}', none, none, deletePool),
  route('POST', '/sandbox-pools/{id}/sandboxes', none, none, claim),
];

const bodies: ReadonlySet<string> = new Set([
  'POST /sandboxes',
  'POST /sandbox-pools',
  'PUT /sandbox-pools/{id}',
]);

/** Whether a request without a JSON body is refused. */
export function takesBody({ method, path }: Route): boolean {
  return bodies.has(`${method} ${path}`);
}
