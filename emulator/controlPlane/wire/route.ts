import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Access } from '../../model/access';
import type { Reply } from '../../http/reply';
import { validate } from '../../http/validate';
import type { User } from '../../model/accounts';
import type { Cloud } from '../../model/cloud';
import type { Project } from '../../model/project';

/** One request as it came, its body parsed. */
export interface Asked<Query = unknown, Body = unknown> {
  readonly cloud: Cloud;
  readonly access: Access;
  readonly path: string;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** A `{segment}` of the route's path; empty when it has none of that name. */
  readonly param: (name: string) => string;
}

/** One authenticated request about a project, as a handler sees it. */
export interface Call<Query = unknown, Body = unknown> extends Asked<Query, Body> {
  readonly project: Project;
}

/** One request of a person, whatever the project. */
export interface UserCall<Query = unknown, Body = unknown> extends Asked<Query, Body> {
  readonly user: User;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  /** Whether anyone may call it. */
  readonly open: boolean;
  /** Checks who is calling, query and body, then answers. */
  readonly run: (asked: Asked) => Reply | Promise<Reply>;
}

/** The schema of a route that takes no query or no body: what is sent all the same is ignored. */
export const none = z.unknown();

/** One row of the route table, for a project. */
export function route<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: (call: Call<Query, Body>) => Reply | Promise<Reply>,
): Route {
  const projectOf = ({ access, headers, param }: Asked) => ({
    project: access.project(headers, {
      organizationId: nonEmpty(param('organization')),
      projectId: nonEmpty(param('project')),
    }),
  });
  return row(method, path, query, body, projectOf, handle);
}

/** A row for the person behind a personal access token. */
export function userRoute<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: (call: UserCall<Query, Body>) => Reply | Promise<Reply>,
): Route {
  const userOf = ({ access, headers }: Asked) => ({ user: access.user(headers) });
  return row(method, path, query, body, userOf, handle);
}

/** A row for anyone, credential or not. */
export function openRoute<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: (asked: Asked<Query, Body>) => Reply | Promise<Reply>,
): Route {
  return { ...row(method, path, query, body, () => ({}), handle), open: true };
}

/** A row that checks who is calling before it looks at what is asked. */
function row<Query, Body, Who extends object>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  who: (asked: Asked) => Who,
  handle: (call: Asked<Query, Body> & Who) => Reply | Promise<Reply>,
): Route {
  return {
    method,
    path,
    open: false,
    run: asked => {
      const caller = who(asked);
      return handle({
        ...asked,
        ...caller,
        query: validate(query, asked.query),
        body: validate(body, asked.body),
      });
    },
  };
}

/**
 * The same row twice: below `/platform/v1` for API keys, and below the organization and project for tokens
 * (API reference sections 2.17 and 2.18).
 */
export function platformRoute<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: (call: Call<Query, Body>) => Reply | Promise<Reply>,
): readonly Route[] {
  return ['/platform/v1', '/platform/v1/organizations/{organization}/projects/{project}'].map(base =>
    route(method, base + path, query, body, handle),
  );
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
