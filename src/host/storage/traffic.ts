import {
  lastTraffic,
  parseTrafficRecord,
  storedTraffic,
  type TrafficRecord,
  withTraffic,
} from '../../core/cleanUp/trafficRecord';
import type { LastTraffic } from '../../core/cleanUp/rule';
import type { Clock } from '../../core/kernel/time/clock';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { MementoLike } from './mementos/mementoLike';

const key = 'tensorlake.traffic';

/** How long a sandbox is not noted again, in milliseconds. */
const quietMs = 60_000;

/**
 * When this computer last reached into each sandbox, in all windows of this user. Nothing is kept here but what spares
 * reading it at each request: another window may have stored more.
 */
export class Traffic {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly memento: MementoLike,
    private readonly clock: Clock,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Notes that something goes to the sandboxes now. */
  note(ids: Iterable<string>): void {
    const nowMs = this.clock.now();
    const fresh = [...ids].filter(id => Math.abs(nowMs - (this.noted.get(id) ?? -Infinity)) >= quietMs);
    if (fresh.length === 0) return;
    for (const id of fresh) this.noted.set(id, nowMs);
    const record = this.read(nowMs);
    const next = withTraffic(record, fresh, nowMs);
    if (next !== record) this.store(next);
  }

  /** Begins the record, if it has not begun: only from then on is it known that nothing went to a sandbox. */
  begin(): void {
    if (this.memento.get(key) === undefined) this.store(this.read(this.clock.now()));
  }

  /** What is known of the traffic to a sandbox. */
  of(sandbox: Sandbox): LastTraffic {
    return lastTraffic(this.read(this.clock.now()), sandbox);
  }

  private read(nowMs: number): TrafficRecord {
    return parseTrafficRecord(this.memento.get(key), nowMs);
  }

  private store(record: TrafficRecord): void {
    this.memento.update(key, storedTraffic(record)).then(undefined, this.onFailure);
  }
}
