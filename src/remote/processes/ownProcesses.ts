import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import type { ContextKeys } from '../../host/editor/contextKeys';

/** Whether this window shows, in lists of processes and in logs, what the extension started for itself. Not stored. */
export class OwnProcesses implements DisposableLike {
  private readonly emitter = new Emitter<boolean>();
  readonly onDidChange: EventLike<boolean> = this.emitter.event;
  private isShown = false;

  constructor(private readonly keys: Pick<ContextKeys, 'set'>) {}

  get areShown(): boolean {
    return this.isShown;
  }

  show(areShown: boolean): void {
    if (areShown === this.isShown) return;
    this.isShown = areShown;
    this.keys.set('tensorlake.ownProcessesShown', areShown);
    this.emitter.fire(areShown);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
