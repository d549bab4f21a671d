import { badRequest } from '../http/reply';
import type { Route } from './wire/route';

export interface RouteMatch {
  readonly route: Route;
  readonly param: (name: string) => string;
}

/** Both forms of a control-plane path lead to the same routes; the key decides the project (API reference section 1.7). */
const namespacePrefix = /^\/v1\/namespaces\/[^/]+(?=\/)/;

/** A path without the namespace it may begin with. */
export function flatPath(path: string): string {
  return path.replace(namespacePrefix, '');
}

/** Finds rows of the route table. The first row that fits wins: literal paths come before patterns. */
export class Router {
  private readonly rows: readonly { readonly route: Route; readonly pattern: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.rows = routes.map(route => ({ route, pattern: segments(route.path) }));
  }

  match(method: string, pathname: string): RouteMatch | undefined {
    const path = segments(flatPath(pathname));
    for (const { route, pattern } of this.rows) {
      if (route.method === method && fits(pattern, path)) {
        return { route, param: name => decode(path[pattern.indexOf(`{${name}}`)] ?? '') };
      }
    }
    return undefined;
  }

  /** The methods a path knows; none for an unknown path. */
  methods(pathname: string): readonly string[] {
    const path = segments(flatPath(pathname));
    return this.rows.filter(({ pattern }) => fits(pattern, path)).map(({ route }) => route.method);
  }
}

function segments(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((expected, index) => expected.startsWith('{') || expected === path[index])
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The path is not valid percent-encoding');
  }
}
