import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { ViewState } from '../../core/list/counts';
import type { EventLike } from '../../core/kernel/event';
import type { ContextKeys } from '../../host/editor/contextKeys';
import { ViewProgress } from '../../host/editor/dialogs/progress';
import type { SandboxStore } from '../../core/list/store';
import type { SessionStore } from '../../host/session/session';
import type { DefaultSandboxes } from '../../host/storage/defaultSandboxes';
import type { ViewOptions, ViewOptionsStore } from '../../host/storage/viewOptions';

/** The part of the Sandboxes view that context keys and its progress bar depend on. */
interface Panel {
  readonly viewState: ViewState;
  readonly onDidChangeViewState: EventLike<ViewState>;
  setOptions(options: ViewOptions): void;
}

export interface ViewKeysOptions {
  readonly keys: ContextKeys;
  readonly options: ViewOptionsStore;
  readonly defaults: DefaultSandboxes;
  readonly sessions: SessionStore;
  readonly store: SandboxStore;
  readonly panel: Panel;
}

/** Keeps the context keys, the progress bar and the view's options in step with the session. */
export class ViewKeys implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly progress = this.disposables.add(new ViewProgress());

  constructor(private readonly parts: ViewKeysOptions) {
    const { options, defaults, panel, sessions, store, keys } = parts;
    this.disposables.add(options.onDidChange(() => this.showOptions()));
    this.disposables.add(panel.onDidChangeViewState(() => this.showViewState()));
    this.disposables.add(
      sessions.onDidChange(session => {
        // What needs the key asks for it again where the secret store failed.
        keys.set('tensorlake.signedIn', session !== undefined || sessions.problem !== undefined);
        options.setHistoryShown(false);
        options.useSession(session);
        defaults.useSession(session);
        this.showViewState();
      }),
    );
    this.disposables.add(
      store.onDidChange(({ previous, current }) => {
        if (previous.lacks !== current.lacks)
          keys.set('tensorlake.lacks', [...(current.lacks ?? [])].join(' '));
      }),
    );
    this.showOptions();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private showOptions(): void {
    const { options, panel, keys } = this.parts;
    panel.setOptions(options.current);
    keys.set('tensorlake.filtered', options.current.filterText !== '');
    keys.set('tensorlake.historyShown', options.current.isHistoryShown);
  }

  private showViewState(): void {
    this.parts.keys.set('tensorlake.mood', this.parts.panel.viewState);
    this.progress.isShown = this.parts.panel.viewState === 'loading';
  }
}
