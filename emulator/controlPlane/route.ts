import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { badRequest, type Reply } from '../http/reply';
import { validate } from '../http/validate';
import type { Cloud } from '../model/cloud';
import type { Project } from '../model/project';

/** One authenticated request, as a handler sees it. */
export interface Call<Query = unknown, Body = unknown> {
  readonly cloud: Cloud;
  readonly project: Project;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** A `{segment}` of the route's path. */
  readonly param: (name: string) => string;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  /** Checks query and body, then answers. */
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

/** The schema of a route that takes no query or no body: what is sent all the same is ignored. */
export const none = z.unknown();

/** One row of the route table. */
export function route<Query, Body>(
  method: string,
  path: string,
  query: z.ZodType<Query>,
  body: z.ZodType<Body>,
  handle: (call: Call<Query, Body>) => Reply | Promise<Reply>,
): Route {
  return {
    method,
    path,
    run: call => handle({ ...call, query: validate(query, call.query), body: validate(body, call.body) }),
  };
}

export interface RouteMatch {
  readonly route: Route;
  readonly param: (name: string) => string;
}

/** Both forms of a control-plane path lead to the same routes; the key decides the project (API reference section 1.7). */
const namespacePrefix = /^\/v1\/namespaces\/[^/]+(?=\/)/;

/** Finds the route of a request. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): RouteMatch | undefined {
  const path = segments(pathname.replace(namespacePrefix, ''));
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const params = matchSegments(segments(candidate.path), path);
    if (params !== undefined) return { route: candidate, param: name => decode(params.get(name) ?? '') };
  }
  return undefined;
}

function segments(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function matchSegments(
  pattern: readonly string[],
  path: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const actual = path[index] ?? '';
    if (expected.startsWith('{')) params.set(expected.slice(1, -1), actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The path is not valid percent-encoding');
  }
}
