import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { DaemonFaults } from '../../faults/effect';
import { readJson } from '../../http/body';
import { deserialize, deserializeQuery, readFrameworkJson } from '../../http/framework';
import type { Reply } from '../../http/reply';
import type { RouteRow } from '../../http/router';
import { validate } from '../../http/validate';
import type { Dialect } from '../../kernel/dialect';
import type { Guest } from '../guest/guest';

/** What every admitted request to the daemon of a sandbox comes with. */
interface DaemonContext {
  readonly guest: Guest;
  readonly dialect: Dialect;
  readonly faults: DaemonFaults;
  readonly request: IncomingMessage;
}

/** One admitted request to the daemon of a sandbox, as a handler sees it. */
export interface DaemonCall<Query = unknown, Body = unknown> extends DaemonContext {
  readonly response: ServerResponse;
  readonly query: Query;
  readonly body: Body;
  /** A `{segment}` of the route's path. */
  readonly param: (name: string) => string;
}

/** An admitted WebSocket request, before the handshake. */
export interface Upgrade extends DaemonContext {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly query: URLSearchParams;
}

/** An answer to send, or nothing when the handler has written it. */
export type Answer = Reply | undefined;

/** The answer of a call that has nothing to return. */
export const noContent: Reply = { status: 204, body: undefined };

export interface DaemonRoute extends RouteRow {
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
  const read = body ?? z.custom<Body>(() => true);
  return {
    method,
    path,
    run: async call =>
      handle({
        ...call,
        ...(call.dialect.surface === 'openSource'
          ? {
              query: deserializeQuery(query, call.query),
              body:
                body === undefined
                  ? read.parse(undefined)
                  : deserialize(body, await readFrameworkJson(call.request)),
            }
          : {
              query: validate(query, call.query),
              body: validate(read, body === undefined ? undefined : await readJson(call.request)),
            }),
      }),
  };
}
