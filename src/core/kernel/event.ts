import type { DisposableLike } from './disposable';
import { isolated } from './unexpected';

/** Subscribes a listener; the editor's `Event` is compatible. */
export type EventLike<T> = (listener: (value: T) => void) => DisposableLike;

/**
 * A source of events. A listener removed while an event is being delivered is no longer called. One that throws harms
 * neither the others nor whoever fires: the error is reported.
 */
export class Emitter<T> implements DisposableLike {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: EventLike<T> = listener => {
    const own = (value: T): void => listener(value);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners])
      if (this.listeners.has(listener)) isolated(() => listener(value), undefined);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
