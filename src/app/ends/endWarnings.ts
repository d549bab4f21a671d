import { inBackground } from '../../core/kernel/unexpected';
import { AskedEnds } from '../../core/activity/askedEnds';
import { unexpectedEnds } from '../../core/activity/unexpectedEnds';
import type { Clock } from '../../core/kernel/time/clock';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import type { PanelChange, SandboxStore } from '../../core/list/store';
import type { Sandbox } from '../../core/sandbox/sandbox';

export interface EndWarningsOptions {
  readonly store: SandboxStore;
  readonly clock: Clock;
  /** Ids of the sandboxes that are pinned, or of which a terminal, a file or a forward is open in this window. */
  readonly inUse: () => Iterable<string>;
}

/** Ends that follow one another within this time share a warning: a long list is read sandbox by sandbox. */
const gatherMs = 1500;

/**
 * Warns when sandboxes that are in use in this window end without it having asked for that. It has to be constructed
 * before whatever lets go of a sandbox that ended, since listeners are called in the order in which they subscribed. The
 * warning is loaded with the first end.
 */
export class EndWarnings implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly endedHere = new AskedEnds();
  /** What was in use at the last change: a shell may end with its sandbox before the list shows the end. */
  private lastInUse: readonly string[] = [];
  private ended: readonly Sandbox[] = [];
  private timer: DisposableLike | undefined;

  constructor(private readonly options: EndWarningsOptions) {
    this.disposables.add(options.store.onDidChange(change => this.take(change)));
    this.disposables.add({ dispose: () => this.forget() });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private take(change: PanelChange): void {
    const { status, rows } = change.current;
    if (status.kind === 'signedOut' || status.kind === 'loading') {
      this.forget();
      this.endedHere.clear();
      this.lastInUse = [];
      return;
    }
    const inUseNow = [...this.options.inUse()];
    const inUse = [...inUseNow, ...this.lastInUse];
    this.lastInUse = inUseNow;
    if (change.previous.rows === rows) return;
    const atMs = this.options.clock.monotonic();
    this.endedHere.note(inUse, change, atMs);
    const ended = unexpectedEnds(inUse, change).filter(({ id }) => !this.endedHere.has(id, atMs));
    if (ended.length === 0) return;
    this.ended = [...this.ended, ...ended];
    this.timer?.dispose();
    this.timer = this.options.clock.after(gatherMs, () => inBackground(this.warn()));
  }

  private forget(): void {
    this.timer?.dispose();
    this.ended = [];
  }

  private async warn(): Promise<void> {
    // What explains an end may have been learned since.
    const { rows } = this.options.store.current;
    const ended = this.ended.map(sandbox => rows.get(sandbox.id)?.sandbox ?? sandbox);
    this.forget();
    const { tellEnded } = await import('./tellEnded');
    await tellEnded(ended);
  }
}
