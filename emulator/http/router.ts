import { badRequest } from './reply';

/** A row of a route table; `path` holds parameters as `{name}`. */
export interface RouteRow {
  readonly method: string;
  readonly path: string;
}

interface RouteMatch<Row> {
  readonly route: Row;
  /** A `{name}` of the path, decoded; empty when the path has none of that name. */
  readonly param: (name: string) => string;
}

/** Finds rows of a route table. The first row that fits wins: literal paths come before patterns. */
export class Router<Row extends RouteRow> {
  private readonly rows: readonly { readonly route: Row; readonly pattern: readonly string[] }[];

  constructor(routes: readonly Row[]) {
    this.rows = routes.map(route => ({ route, pattern: route.path.split('/') }));
  }

  match(method: string, path: string): RouteMatch<Row> | undefined {
    const parts = path.split('/');
    const found = this.rows.find(({ route, pattern }) => route.method === method && fits(pattern, parts));
    if (found === undefined) return undefined;
    const { route, pattern } = found;
    return { route, param: name => decode(parts[pattern.indexOf(`{${name}}`)] ?? '') };
  }

  /** The methods a path has; none for an unknown path. */
  methods(path: string): readonly string[] {
    const parts = path.split('/');
    return this.rows.filter(({ pattern }) => fits(pattern, parts)).map(({ route }) => route.method);
  }
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((expected, index) => expected.startsWith('{') || expected === parts[index])
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The path is not valid percent-encoding');
  }
}
