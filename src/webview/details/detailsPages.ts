import type { WebviewPanel } from 'vscode';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import { detailsViewType } from '../../manifest';
import { createPanel } from '../kit/panel';
import type { DetailsPage, PageSources } from './detailsPage';

/** The pages of sandboxes, one for each. Their code is loaded with the first. */
export class DetailsPages implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<undefined>());
  /** Fires when a page becomes visible or hidden. */
  readonly onDidChangeVisible = this.emitter.event;
  private readonly pages = new Map<string, DetailsPage>();

  constructor(private readonly sources: PageSources) {}

  /** Whether a page is visible. */
  get isVisible(): boolean {
    return [...this.pages.values()].some(page => page.isVisible);
  }

  /** Shows the page of a sandbox: the open one, else a new one. */
  async open(sandbox: Sandbox): Promise<void> {
    const { DetailsPage } = await import('./detailsPage');
    const opened = this.pages.get(sandbox.id);
    if (opened) {
      opened.reveal();
      return;
    }
    const panel = createPanel(detailsViewType, displayName(sandbox));
    this.add(panel, new DetailsPage(panel, sandbox.id, this.sources, sandbox));
  }

  /** Brings a page back after the window was reloaded. */
  async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const sandboxId = sandboxIdOf(state);
    const { DetailsPage } = await import('./detailsPage');
    if (sandboxId === undefined || this.pages.has(sandboxId) || this.disposables.isDisposed) panel.dispose();
    else this.add(panel, new DetailsPage(panel, sandboxId, this.sources, undefined));
  }

  dispose(): void {
    this.disposables.dispose();
    for (const page of this.pages.values()) page.dispose();
  }

  private add(panel: WebviewPanel, page: DetailsPage): void {
    this.pages.set(page.sandboxId, page);
    panel.onDidChangeViewState(() => this.emitter.fire(undefined));
    panel.onDidDispose(() => {
      page.dispose();
      this.pages.delete(page.sandboxId);
      this.emitter.fire(undefined);
    });
    this.emitter.fire(undefined);
  }
}

function sandboxIdOf(state: unknown): string | undefined {
  return typeof state === 'object' &&
    state !== null &&
    'sandboxId' in state &&
    typeof state.sandboxId === 'string' &&
    state.sandboxId !== ''
    ? state.sandboxId
    : undefined;
}
