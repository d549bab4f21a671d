import { bearer } from './auth';
import { HttpError, notFound, ok, type Reply } from './http/reply';
import type { LoggedRequest, RequestLog } from './http/requestLog';

const prefix = '/_emulator/';

/** Whether a path is the emulator's own and no part of the API it stands for. */
export function isAdminPath(path: string): boolean {
  return path.startsWith(prefix);
}

/** The answer of GET /_emulator/state. */
export interface AdminState {
  readonly routes: Readonly<Record<string, number>>;
  readonly proxyRequests: number;
  readonly requests: readonly LoggedRequest[];
}

export interface AdminParts {
  readonly adminKey: string;
  readonly log: RequestLog;
}

/** Answers the emulator's own paths, for the admin key alone. */
export function adminReply(
  { adminKey, log }: AdminParts,
  method: string,
  path: string,
  authorization: string | undefined,
): Reply {
  if (bearer(authorization) !== adminKey) throw new HttpError(401, 'The admin key is needed');
  if (method !== 'GET' || path !== `${prefix}state`) throw notFound(`There is no ${method} ${path}`);
  const state: AdminState = {
    routes: log.routeCounts,
    proxyRequests: log.proxyRequests,
    requests: log.recent(),
  };
  return ok(state);
}
