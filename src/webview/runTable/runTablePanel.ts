import { l10n, type Uri, type WebviewPanel } from 'vscode';
import type { OpenRunTable, RunTable } from '../../app/features';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { inBackground } from '../../core/kernel/unexpected';
import { reportFailure } from '../../host/editor/dialogs/messages';
import { runTableViewType } from '../../manifest';
import { plainText } from '../../text/kit/plainText';
import { createPanel } from '../kit/panel';
import { mediaFolder, shellHtml } from '../kit/shell';
import { drawRunTable, summary } from './runTablePage';

/** Refresh interval of the table during a run, in milliseconds. */
const paceMs = 250;

/** A table in an editor tab with the runs of one command in many sandboxes. */
export class RunTablePanel implements OpenRunTable, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly panel: WebviewPanel;
  private isReady = false;
  private isDue = false;
  private lastDrawn = '';

  constructor(
    private readonly table: RunTable,
    private readonly clock: Clock,
    extensionUri: Uri,
    isQuiet: boolean,
  ) {
    this.panel = this.disposables.add(
      createPanel(
        runTableViewType,
        l10n.t('Run: {0}', plainText(table.plan.line, 40)),
        { enableScripts: true, localResourceRoots: [mediaFolder(extensionUri)] },
        isQuiet,
      ),
    );
    const { webview } = this.panel;
    this.disposables.add(this.panel.onDidDispose(() => this.close()));
    this.disposables.add(this.panel.onDidChangeViewState(() => this.draw()));
    this.disposables.add(
      webview.onDidReceiveMessage(message =>
        inBackground(
          this.receive(message).catch((error: unknown) =>
            reportFailure(l10n.t('Could not do what the button says'), error, () => undefined),
          ),
        ),
      ),
    );
    this.disposables.add(table.onDidChange(() => this.drawSoon()));
    webview.html = shellHtml(webview, extensionUri, 'run');
    this.drawSoon();
  }

  show(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private close(): void {
    this.table.closed();
    this.disposables.dispose();
  }

  /** Refreshes at a fixed interval while anything runs, because durations change as well. */
  private drawSoon(): void {
    if (this.isDue || this.disposables.isDisposed) return;
    this.isDue = true;
    this.clock.after(paceMs, () => {
      this.isDue = false;
      this.draw();
      if (this.table.runs().isRunning) this.drawSoon();
    });
  }

  private draw(): void {
    if (!this.isReady || this.disposables.isDisposed || !this.panel.visible) return;
    const runs = this.table.runs();
    const spoken = runs.isRunning ? undefined : summary(runs);
    const message = { type: 'draw', tree: drawRunTable(runs, this.table.plan), spoken };
    const drawn = JSON.stringify(message);
    if (drawn === this.lastDrawn) return;
    this.lastDrawn = drawn;
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'ready') {
      this.isReady = true;
      this.lastDrawn = '';
      this.draw();
    } else if (message.type === 'run' && 'what' in message && typeof message.what === 'string')
      await this.act(message.what);
  }

  private async act(what: string): Promise<void> {
    if (what === 'cancel') await this.table.cancel();
    else if (what === 'again') await this.table.again();
    else {
      const index = /^output:(\d+)$/.exec(what)?.[1];
      const row = index === undefined ? undefined : this.table.runs().rows[Number(index)];
      if (row) await this.table.showOutput(row);
    }
  }
}
