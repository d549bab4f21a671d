import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';

/** Whose state changes the view Activity shows: those of one sandbox, or of all. Kept for the window. */
export class ActivityFilter implements DisposableLike {
  private readonly emitter = new Emitter<string | undefined>();
  readonly onDidChange: EventLike<string | undefined> = this.emitter.event;
  private id: string | undefined;

  /** The sandbox; `undefined` for all. */
  get sandboxId(): string | undefined {
    return this.id;
  }

  set(sandboxId: string | undefined): void {
    if (sandboxId === this.id) return;
    this.id = sandboxId;
    this.emitter.fire(sandboxId);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
