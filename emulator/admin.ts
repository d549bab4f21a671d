import { z } from 'zod';
import type { Faults, FaultStatus } from './faults/registry';
import { faultTable, type FaultKind } from './faults/table';
import { proxyStates, type ProxyPort } from './http/proxyPort';
import { badRequest, HttpError, notFound, ok, type Reply } from './http/reply';
import type { LoggedRequest, RequestLog } from './http/requestLog';
import { validate } from './http/validate';
import { bearer } from './model/account/access';
import type { Logins } from './model/account/logins';

const prefix = '/_emulator/';

/** Whether a path belongs to the admin API of the emulator. */
export function isAdminPath(path: string): boolean {
  return path.startsWith(prefix);
}

/** The answer of GET /_emulator/state. */
interface AdminState {
  readonly routes: Readonly<Record<string, number>>;
  readonly proxyRequests: number;
  readonly requests: readonly LoggedRequest[];
  readonly faults: readonly FaultStatus[];
}

export interface AdminParts {
  readonly adminKey: string;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly logins: Logins;
  /** The port of the way to the sandboxes, where it has one of its own. */
  readonly proxyPort: ProxyPort | undefined;
  /** Kills the daemon in a sandbox; false for one that does not run. */
  readonly killDaemon: (sandboxId: string) => boolean;
}

interface AdminCall extends AdminParts {
  readonly body: unknown;
  /** What follows the path of the row. */
  readonly rest: string;
}

const proxyBody = z.object({ state: z.enum(proxyStates) });
const killBody = z.object({ sandbox_id: z.string() });
const decision = z.object({ user_code: z.string(), decision: z.enum(['approved', 'failed']) });

/** Method, path, handler. */
const rows: Readonly<Record<string, (call: AdminCall) => Reply | Promise<Reply>>> = {
  'GET state': ({ log, faults }) => {
    const state: AdminState = {
      routes: log.routeCounts,
      proxyRequests: log.proxyRequests,
      requests: log.recent(),
      faults: faults.list(),
    };
    return ok(state);
  },
  'GET faults': ({ faults }) => ok({ faults: faults.list(), kinds: describe() }),
  'POST faults': ({ faults, body }) => ({ status: 201, body: addFault(faults, body) }),
  'DELETE faults': ({ faults, rest }) => {
    if (rest === '') faults.clear();
    else if (!faults.remove(Number(rest))) throw notFound(`There is no fault ${rest}`);
    return ok({});
  },
  'POST login': ({ logins, body }) => {
    const { user_code, decision: outcome } = validate(decision, body);
    if (!logins.decide(user_code, outcome)) throw notFound('No login waits for this code');
    return ok({});
  },
  'POST proxy': async ({ proxyPort, body }) => {
    if (proxyPort === undefined) throw notFound('Sandboxes have no port of their own here');
    await proxyPort.become(validate(proxyBody, body).state);
    return ok({});
  },
  'POST kill': ({ killDaemon, body }) => {
    if (!killDaemon(validate(killBody, body).sandbox_id)) throw notFound('No such sandbox runs');
    return ok({});
  },
};

/** Answers a request to the admin API; it needs the admin key. */
export function adminReply(
  parts: AdminParts,
  method: string,
  path: string,
  authorization: string | undefined,
  body: unknown,
): Reply | Promise<Reply> {
  if (bearer(authorization) !== parts.adminKey) throw new HttpError(401, 'The admin key is needed');
  const [name = '', rest = ''] = path.slice(prefix.length).split('/');
  const row = rows[`${method} ${name}`];
  if (row === undefined || (rest !== '' && name !== 'faults'))
    throw notFound(`There is no ${method} ${path}`);
  return row({ ...parts, body, rest });
}

function addFault(faults: Faults, body: unknown): FaultStatus {
  try {
    return faults.add(body);
  } catch (error) {
    throw error instanceof RangeError ? badRequest(error.message) : error;
  }
}

function describe() {
  const kinds: readonly (readonly [string, FaultKind])[] = Object.entries(faultTable);
  return kinds.map(([fault, { about, parameters }]) => ({ fault, about, parameters }));
}
