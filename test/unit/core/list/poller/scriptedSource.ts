import type { Clock } from '../../../../../src/core/kernel/time/clock';
import { deferred, type Deferred } from '../../../../../src/core/kernel/async';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { SandboxPage } from '../../../../../src/core/list/polling/pageReading';
import type { SandboxSource } from '../../../../../src/core/list/polling/pageReading';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';

type Query = Parameters<SandboxSource['listPage']>[0];

/** A service made of a list. It answers with the data at the time of the request, and records every request. */
export class ScriptedSource implements SandboxSource {
  sandboxes: readonly Sandbox[];
  pageSize = 100;
  latencyMs = 0;
  badRows = 0;
  /** Every listing, or every read of one sandbox, fails with this while it is set. */
  listFailure: Error | undefined;
  getFailure: Error | undefined;
  /** Replaces the list when set. */
  pages: ((query: Query) => SandboxPage) | undefined;
  /** Replaces what is read of one sandbox when set. */
  reads: ((id: string) => Sandbox | undefined) | undefined;
  mostInFlight = 0;
  abortedRequests = 0;
  private inFlight = 0;
  private gate: { readonly opened: Deferred<undefined>; readonly isDeaf: boolean } | undefined;
  private requests: { readonly atMs: number; readonly what: string }[] = [];
  private readonly startMs: number;

  constructor(
    private readonly clock: Clock,
    sandboxes: readonly Sandbox[] = [],
  ) {
    this.sandboxes = sandboxes;
    this.startMs = clock.now();
  }

  /** Replaces sandboxes of the same id, or adds them. */
  put(...changed: readonly Sandbox[]): void {
    const ids = new Set(changed.map(({ id }) => id));
    this.sandboxes = [...this.sandboxes.filter(({ id }) => !ids.has(id)), ...changed];
  }

  drop(id: string): void {
    this.sandboxes = this.sandboxes.filter(sandbox => sandbox.id !== id);
  }

  /** Delays answers until the returned function is called. With `isDeaf`, an abort does not end the delay. */
  hold(options: { readonly isDeaf?: boolean } = {}): () => void {
    const opened = deferred<undefined>();
    this.gate = { opened, isDeaf: options.isDeaf ?? false };
    return () => {
      this.gate = undefined;
      opened.resolve(undefined);
    };
  }

  /** The requests since the last call, each with the second of its arrival: `15 list`, `16 get a`. */
  take(): readonly string[] {
    return this.takeTimes().map(({ seconds, what }) => `${seconds} ${what}`);
  }

  takeTimes(): readonly { readonly seconds: number; readonly what: string }[] {
    const taken = this.requests.map(({ atMs, what }) => ({ seconds: (atMs - this.startMs) / 1000, what }));
    this.requests = [];
    return taken;
  }

  listPage(query: Query, signal: AbortSignal): Promise<SandboxPage> {
    const what = ['list', ...(query.runningOnly ? ['running'] : []), ...(query.cursor ? [query.cursor] : [])];
    return this.serve(
      what.join(' '),
      signal,
      this.listFailure ?? (this.pages ?? this.page).call(this, query),
    );
  }

  get(id: string, signal: AbortSignal): Promise<Sandbox> {
    const found = this.reads ? this.reads(id) : this.sandboxes.find(sandbox => sandbox.id === id);
    const missing = new ApiError('notFound', `No sandbox ${id}`, { status: 404 });
    return this.serve<Sandbox>(`get ${id}`, signal, this.getFailure ?? found ?? missing);
  }

  private page({ cursor, runningOnly }: Query): SandboxPage {
    const all = this.sandboxes.filter(({ state }) => !runningOnly || state === 'running');
    const from = Number(cursor ?? 0);
    const to = from + this.pageSize;
    return {
      sandboxes: all.slice(from, to),
      badRows: this.badRows,
      ...(to < all.length && { nextCursor: String(to) }),
    };
  }

  private async serve<T extends object>(what: string, signal: AbortSignal, answer: T | Error): Promise<T> {
    this.requests.push({ atMs: this.clock.now(), what });
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.delay(signal);
      if (answer instanceof Error) throw answer;
      return answer;
    } finally {
      this.inFlight -= 1;
    }
  }

  private async delay(signal: AbortSignal): Promise<void> {
    const { gate, latencyMs } = this;
    if (!gate && latencyMs === 0) return;
    const timer = gate ? undefined : this.clock.after(latencyMs, () => waited.resolve(undefined));
    const waited = gate?.opened ?? deferred<undefined>();
    const aborted = deferred<undefined>();
    const onAbort = (): void => aborted.resolve(undefined);
    signal.addEventListener('abort', onAbort);
    await (gate?.isDeaf ? waited.promise : Promise.race([waited.promise, aborted.promise]));
    timer?.dispose();
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) this.abortedRequests += 1;
    if (signal.aborted && !gate?.isDeaf) throw new ApiError('cancelled', 'Aborted');
  }
}
