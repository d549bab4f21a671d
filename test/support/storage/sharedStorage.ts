import type { Memento } from 'vscode';
import type { Clock } from '../../../src/core/kernel/time/clock';

type Values = Readonly<Record<string, unknown>>;

/** How long the editor waits before it writes to the disk what windows have changed. */
const flushMs = 100;

/**
 * The editor's global storage of one extension, as two windows of VS Code 1.139 were seen to share it: a change is stored as the values of all keys at once, a moment later; that reaches the other windows, which take it over, but do
 * not withdraw what they were about to store themselves.
 */
export class SharedStorage {
  private readonly windows: WindowMemento[] = [];
  /** What is on the disk. */
  stored: Values;

  constructor(
    private readonly clock: Clock,
    stored: Values = {},
  ) {
    this.stored = structuredClone(stored);
  }

  /** Opens another window. */
  window(): Memento {
    const memento = new WindowMemento(this.stored, values => this.planStore(memento, values));
    this.windows.push(memento);
    return memento;
  }

  private planStore(window: WindowMemento, values: Values): void {
    this.clock.after(flushMs, () => {
      this.stored = values;
      for (const other of this.windows) if (other !== window) other.accept(values);
    });
  }
}

class WindowMemento implements Memento {
  private values: Values;
  private writing: Promise<void> | undefined;

  constructor(
    stored: Values,
    private readonly store: (values: Values) => void,
  ) {
    this.values = structuredClone(stored);
  }

  keys(): readonly string[] {
    return Object.entries(this.values).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  }

  get(key: string): undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string, fallback?: unknown): unknown {
    return this.values[key] ?? fallback;
  }

  update(key: string, value: unknown): Promise<void> {
    this.values = { ...this.values, [key]: structuredClone(value) };
    return (this.writing ??= this.write());
  }

  accept(values: Values): void {
    this.values = structuredClone(values);
  }

  /** What is changed in the same turn is stored together. */
  private async write(): Promise<void> {
    await Promise.resolve();
    this.writing = undefined;
    this.store(structuredClone(this.values));
  }
}
