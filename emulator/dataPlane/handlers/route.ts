import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Dialect } from '../../kernel/dialect';
import type { DaemonFaults } from '../../faults/effect';
import { readJson } from '../../http/body';
import type { Reply } from '../../http/reply';
import { validate } from '../../http/validate';
import type { Guest } from '../guest/guest';
import { refusal } from '../../http/refusal';

/** One admitted request to the daemon of a sandbox, as a handler sees it. */
export interface DaemonCall<Query = unknown, Body = unknown> {
  readonly guest: Guest;
  readonly dialect: Dialect;
  readonly faults: DaemonFaults;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Query;
  readonly body: Body;
  /** A `{segment}` of the route's path. */
  readonly param: (name: string) => string;
}

/** An answer to send, or nothing when the handler has written it. */
export type Answer = Reply | undefined;

/** The answer of a call that has nothing to say. */
export const noContent: Reply = { status: 204, body: undefined };

export interface DaemonRoute {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  /** Checks query and body, then answers. */
  readonly run: (call: Omit<DaemonCall, 'body'>) => Promise<Answer>;
}

/** The schema of a route that takes no query. */
export const none = z.unknown();

/** The body of a route that reads the bytes itself, or none. */
export const raw = undefined;

/** One row of the route table. */
export function route<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body> | undefined,
  handle: (call: DaemonCall<Query, Body>) => Answer | Promise<Answer>,
): DaemonRoute {
  const pattern = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const read = body ?? z.custom<Body>(() => true);
  return {
    method,
    path,
    pattern,
    run: async call =>
      handle({
        ...call,
        query: validate(query, call.query),
        body: validate(read, body === undefined ? undefined : await readJson(call.request)),
      }),
  };
}

export interface RouteMatch {
  readonly route: DaemonRoute;
  readonly param: (name: string) => string;
}

/** @throws HttpError 404 for an unknown path, 405 for an unknown method of a known one */
export function matchRoute(routes: readonly DaemonRoute[], method: string, path: string): RouteMatch {
  const matches = routes.flatMap(candidate => {
    const match = candidate.pattern.exec(path);
    return match === null ? [] : [{ route: candidate, groups: match.groups ?? {} }];
  });
  const found = matches.find(({ route: { method: own } }) => own === method);
  if (found === undefined) {
    throw matches.length > 0
      ? refusal(405, `${method} is not allowed here`)
      : refusal(404, `There is no ${path}`, 'NOT_FOUND');
  }
  return { route: found.route, param: name => decode(found.groups[name] ?? '') };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refusal(400, 'The path is not valid percent-encoding');
  }
}
