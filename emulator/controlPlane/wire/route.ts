import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Reply } from '../../http/reply';
import type { RouteRow } from '../../http/router';
import { validate } from '../../http/validate';
import type { Access } from '../../model/account/access';
import type { User } from '../../model/account/accounts';
import type { Cloud } from '../../model/cloud';
import type { Project } from '../../model/project';

/** One request, its body parsed. */
export interface ApiRequest<Query = unknown, Body = unknown> {
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

interface ProjectScope {
  readonly project: Project;
}

interface UserScope {
  readonly user: User;
}

/** One authenticated request about a project, as a handler sees it. */
export type Call<Query = unknown, Body = unknown> = ApiRequest<Query, Body> & ProjectScope;

/** One request of a person, whatever the project. */
export type UserCall<Query = unknown, Body = unknown> = ApiRequest<Query, Body> & UserScope;

export interface Route extends RouteRow {
  /** Whether it needs no credential. */
  readonly open: boolean;
  /** Authenticates the caller, checks query and body, then answers. */
  readonly run: (request: ApiRequest) => Reply | Promise<Reply>;
}

/** The schema of a route that takes no query or no body: one that is sent is ignored. */
export const none = z.unknown();

type Handler<Query, Body, Scope> = (call: ApiRequest<Query, Body> & Scope) => Reply | Promise<Reply>;

/** Makes the function that adds rows of one kind: `authenticate` runs before query and body are checked. */
function rowsFor<Scope extends object>(authenticate: (request: ApiRequest) => Scope, open = false) {
  return <Query, Body>(
    method: string,
    path: string,
    query: z.ZodType<Query>,
    body: z.ZodType<Body>,
    handle: Handler<Query, Body, Scope>,
  ): Route => ({
    method,
    path,
    open,
    run: request => {
      const scope = authenticate(request);
      return handle({
        ...request,
        ...scope,
        query: validate(query, request.query),
        body: validate(body, request.body),
      });
    },
  });
}

/** A row for a project. */
export const route = rowsFor<ProjectScope>(({ access, headers, param, path }) => ({
  project: access.project(headers, {
    namespace: /^\/v1\/namespaces\/([^/]+)\//.exec(path)?.[1],
    organizationId: param('organization') || undefined,
    projectId: param('project') || undefined,
  }),
}));

/** A row for the person behind a personal access token. */
export const userRoute = rowsFor<UserScope>(({ access, headers }) => ({ user: access.user(headers) }));

/** A row for anyone with a credential, whatever the project. */
export const callerRoute = rowsFor(({ access, headers }) => ({ caller: access.caller(headers) }));

/** A row for anyone, credential or not. */
export const openRoute = rowsFor(() => ({}), true);

/**
 * The same row twice: below `/platform/v1` for API keys, and below the organization and project for tokens
 * (API reference sections 2.17 and 2.18).
 */
export function platformRoute<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: Handler<Query, Body, ProjectScope>,
): readonly Route[] {
  return ['/platform/v1', '/platform/v1/organizations/{organization}/projects/{project}'].map(base =>
    route(method, base + path, query, body, handle),
  );
}
