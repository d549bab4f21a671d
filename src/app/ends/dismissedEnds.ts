import { Emitter } from '../../core/kernel/event';
import type { DisposableLike } from '../../core/kernel/disposable';

/** The sandboxes whose unexpected end the user has seen. Known until the window closes, as what was seen to end is. */
export class DismissedEnds implements DisposableLike {
  private readonly emitter = new Emitter<ReadonlySet<string>>();
  readonly onDidChange = this.emitter.event;
  private ids: ReadonlySet<string> = new Set();

  get current(): ReadonlySet<string> {
    return this.ids;
  }

  dismiss(ids: readonly string[]): void {
    this.ids = new Set([...this.ids, ...ids]);
    this.emitter.fire(this.ids);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
