/** One request, whatever its answer. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What follows the question mark; empty without one. */
  readonly query: string;
  readonly plane: 'control' | 'proxy';
  readonly atMs: number;
}

/** The last requests, and counters since the start. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private readonly routes = new Map<string, number>();
  private proxied = 0;

  constructor(private readonly limit: number) {}

  /** How many requests went to the sandbox proxy. */
  get proxyRequests(): number {
    return this.proxied;
  }

  /** Requests per route, such as `GET /sandboxes/{id}`. */
  get routeCounts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.routes);
  }

  add(request: LoggedRequest): void {
    if (request.plane === 'proxy') this.proxied += 1;
    this.entries.push(request);
    if (this.entries.length >= 2 * this.limit) this.entries = this.recent().slice();
  }

  countRoute(route: string): void {
    this.routes.set(route, (this.routes.get(route) ?? 0) + 1);
  }

  /** The last requests, oldest first. */
  recent(): readonly LoggedRequest[] {
    return this.entries.slice(-this.limit);
  }
}
