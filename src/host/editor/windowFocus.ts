import { window } from 'vscode';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';

/** Whether the user is at this window: it has the focus and was used lately. */
export class WindowFocus implements DisposableLike {
  private readonly emitter = new Emitter<boolean>();
  readonly onDidChange: EventLike<boolean> = this.emitter.event;
  private present = window.state.focused && window.state.active;
  private readonly subscription = window.onDidChangeWindowState(state => {
    const present = state.focused && state.active;
    if (present === this.present) return;
    this.present = present;
    this.emitter.fire(present);
  });

  get isPresent(): boolean {
    return this.present;
  }

  dispose(): void {
    this.subscription.dispose();
    this.emitter.dispose();
  }
}
