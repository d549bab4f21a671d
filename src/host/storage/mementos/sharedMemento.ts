import { randomUUID } from 'node:crypto';
import type { Memento } from 'vscode';
import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../../core/kernel/event';
import type { SharedMementoLike } from './mementoLike';

/** A change of this window. */
interface Change {
  readonly key: string;
  readonly to: (current: unknown) => unknown;
  /** Counts the changes of this window. */
  readonly number: number;
  /** How many more times it is looked whether another window has overwritten it. */
  looksLeft: number;
}

/** Which change of each window the stored values contain last: `[window, number]`, latest first. */
const stampKey = 'tensorlake.writes';
/** More windows than write within the time in which they look. */
const mostStamps = 20;

/** How long after one look at the storage the next one comes, at least and at most: windows must not look in step. */
const lookMs = { least: 400, most: 900 };
/** A change is looked after for 4 s at least: a hidden window may store its own a second after it has made it. */
const looks = 10;

/**
 * The storage that all windows share. The editor stores the values of all keys as one: a window that writes before it has
 * seen what another one wrote undoes that, whatever the keys. Every change therefore comes with a number of its window,
 * and is made again where the stored values lack the number. The editor tells nobody of changes of other windows either,
 * so it is looked for those.
 *
 * Changes are stored one after the other, since the editor hands back all values once it has stored one, and so undoes
 * what was changed since. They take effect here at once.
 */
export class SharedMemento implements Memento, SharedMementoLike, DisposableLike {
  private readonly emitter = new Emitter<ReadonlySet<string>>();
  /** Fires with keys whose values changed, in this window or, at most a second ago, in another one. */
  readonly onDidChange: EventLike<ReadonlySet<string>> = this.emitter.event;
  private readonly id = randomUUID();
  private count = 0;
  /** The number of the last change that was handed to the editor. */
  private storedNumber = 0;
  /** Changes that are not stored yet, in their order. */
  private waiting: readonly Change[] = [];
  /** Changes that were stored lately. */
  private recent: readonly Change[] = [];
  private lastWrite: Promise<void> = Promise.resolve();
  private seen: ReadonlyMap<string, string>;
  private timer: DisposableLike | undefined;

  /** @param random a number in [0, 1) */
  constructor(
    private readonly memento: Pick<Memento, 'keys' | 'get' | 'update'>,
    private readonly clock: Clock,
    private readonly random: () => number = Math.random,
  ) {
    this.seen = this.textOfAll();
    this.plan();
  }

  keys(): readonly string[] {
    const keys = new Set([...this.memento.keys(), ...this.waiting.map(({ key }) => key)]);
    return [...keys].filter(key => key !== stampKey && this.read(key) !== undefined);
  }

  get(key: string): undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string, fallback?: unknown): unknown {
    const value = this.read(key);
    return value === undefined ? fallback : value;
  }

  /** Settles once it is stored. */
  update(key: string, value: unknown): Thenable<void> {
    const kept: unknown = structuredClone(value);
    return this.change(key, () => structuredClone(kept));
  }

  change(key: string, to: (current: unknown) => unknown): Thenable<void> {
    this.count += 1;
    const change = { key, to, number: this.count, looksLeft: looks };
    this.waiting = [...this.waiting, change];
    return this.inTurn(async () => {
      try {
        await this.store([change]);
        this.recent = [...this.recent, change];
      } finally {
        this.waiting = this.waiting.filter(each => each !== change);
      }
    });
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.emitter.dispose();
  }

  private read(key: string): unknown {
    return this.waiting.reduce<unknown>(
      (value, change) => (change.key === key ? change.to(value) : value),
      this.stored(key),
    );
  }

  private stored(key: string): unknown {
    return this.memento.get<unknown>(key, undefined);
  }

  private inTurn(write: () => Promise<void>): Promise<void> {
    this.lastWrite = this.lastWrite.then(write, write);
    return this.lastWrite;
  }

  /** All in one go: the editor stores together what is changed together, so the number tells of the changes. */
  private async store(changes: readonly Change[]): Promise<void> {
    const values = new Map<string, unknown>();
    for (const { key, to, number } of changes) {
      values.set(key, to(values.has(key) ? values.get(key) : this.stored(key)));
      this.storedNumber = Math.max(this.storedNumber, number);
    }
    const others = stampsIn(this.stored(stampKey)).filter(([id]) => id !== this.id);
    values.set(stampKey, [[this.id, this.storedNumber], ...others].slice(0, mostStamps));
    await Promise.all([...values].map(([key, value]) => this.memento.update(key, value)));
  }

  private plan(): void {
    const { least, most } = lookMs;
    this.timer = this.clock.after(least + this.random() * (most - least), () => {
      this.plan();
      this.look();
    });
  }

  private look(): void {
    const now = this.textOfAll();
    const all = new Set([...this.seen.keys(), ...now.keys()]);
    const changed = [...all].filter(key => this.seen.get(key) !== now.get(key));
    this.seen = now;
    if (changed.length > 0) this.emitter.fire(new Set(changed));
    // A failure is reported to nobody again; the next look tries again.
    if (this.lost().length > 0) this.inTurn(() => this.store(this.lost())).then(undefined, () => undefined);
    for (const change of this.recent) change.looksLeft -= 1;
    this.recent = this.recent.filter(({ looksLeft }) => looksLeft > 0);
  }

  /** The changes that another window has overwritten. */
  private lost(): readonly Change[] {
    const kept = stampsIn(this.stored(stampKey)).find(([id]) => id === this.id)?.[1] ?? 0;
    return this.recent.filter(({ number }) => number > kept);
  }

  private textOfAll(): ReadonlyMap<string, string> {
    return new Map(this.keys().map(key => [key, JSON.stringify(this.read(key))]));
  }
}

function stampsIn(value: unknown): readonly (readonly [id: string, number: number])[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.flatMap(entry => {
    const members: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [id, number] = members;
    return typeof id === 'string' && typeof number === 'number' ? [[id, number] as const] : [];
  });
}
