import { l10n, ViewColumn, window, type WebviewPanel } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { wake } from '../../app/wake';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { DisposableStore } from '../../core/kernel/disposable';
import type { Row } from '../../core/list/store';
import { rowName } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { runTableViewType } from '../../manifest';
import { mediaFolder, shellHtml } from '../kit/shell';
import { liveDocumentsOf } from '../../remote/run/outputDocuments';
import { reachRunning } from '../../app/reach';
import { processesOf } from '../../remote/run/runProcesses';
import { ManyRuns, type OpenSandbox } from '../../core/run/manyRuns';
import { resultOf, type PlannedRun, type RunResult } from '../../core/run/plannedRun';
import { drawRunTable, summary } from './runTablePage';
import { outcomeSentence } from '../../text/run';

/** How often the table is drawn anew while something happens, in milliseconds. */
const paceMs = 250;

/** A table in an editor tab of what becomes of one command in many sandboxes. Closing it ends what runs. */
export class RunTablePanel {
  private readonly disposables = new DisposableStore();
  private readonly panel: WebviewPanel;
  private runs: ManyRuns;
  private isReady = false;
  private isDue = false;
  private lastDrawn = '';
  private current: Promise<readonly RunResult[]>;

  constructor(
    private readonly context: CommandContext,
    private readonly rows: readonly Row[],
    private readonly plan: PlannedRun,
    /** Ids of the suspended ones that the user agreed to resume. */
    agreed: ReadonlySet<string>,
  ) {
    const { extensionUri } = context;
    this.panel = this.disposables.add(
      window.createWebviewPanel(
        runTableViewType,
        l10n.t('Run: {0}', plainText(plan.line, 40)),
        ViewColumn.Active,
        { enableScripts: true, enableFindWidget: true, localResourceRoots: [mediaFolder(extensionUri)] },
      ),
    );
    context.own(this.disposables);
    const { webview } = this.panel;
    this.disposables.add(this.panel.onDidDispose(() => this.close()));
    this.disposables.add(this.panel.onDidChangeViewState(() => this.draw()));
    this.disposables.add(webview.onDidReceiveMessage(message => void this.receive(message)));
    webview.html = shellHtml(webview, extensionUri, 'run');
    this.runs = this.make(agreed);
    this.current = this.start();
  }

  get result(): Promise<readonly RunResult[]> {
    return this.current;
  }

  get isRunning(): boolean {
    return this.runs.isRunning;
  }

  get isGone(): boolean {
    return this.disposables.isDisposed;
  }

  show(): void {
    this.panel.reveal();
  }

  async cancel(): Promise<void> {
    await this.runs.cancel();
  }

  async again(): Promise<void> {
    if (this.runs.isRunning || this.isGone) return;
    this.runs.dispose();
    // Running it again is no leave to resume what rests meanwhile.
    this.runs = this.make(new Set());
    this.current = this.start();
    await this.current;
  }

  private make(mayWake: ReadonlySet<string>): ManyRuns {
    const open = openOf(this.context, mayWake);
    const runs = new ManyRuns(this.rows, this.plan.request, this.context.clock, open);
    runs.onDidChange(() => this.drawSoon());
    return runs;
  }

  private async start(): Promise<readonly RunResult[]> {
    const { runs } = this;
    this.drawSoon();
    await runs.toEnd();
    this.draw();
    return runs.rows.map(({ row, outcome, run }) =>
      resultOf(row, outcome ?? { kind: 'cancelled', isSure: true }, run),
    );
  }

  private close(): void {
    this.runs.dispose();
    this.disposables.dispose();
  }

  /** Draws at a steady pace while something runs, since durations grow as well. */
  private drawSoon(): void {
    if (this.isDue || this.isGone) return;
    this.isDue = true;
    this.context.clock.after(paceMs, () => {
      this.isDue = false;
      this.draw();
      if (this.runs.isRunning) this.drawSoon();
    });
  }

  private draw(): void {
    if (!this.isReady || this.isGone || !this.panel.visible) return;
    const spoken = this.runs.isRunning ? undefined : summary(this.runs);
    const message = { type: 'draw', tree: drawRunTable(this.runs, this.plan), spoken };
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
    if (what === 'cancel') await this.cancel();
    else if (what === 'again') await this.again();
    else await this.openOutput(/^output:(\d+)$/.exec(what)?.[1]);
  }

  private async openOutput(index: string | undefined): Promise<void> {
    const { runs } = this;
    const each = index === undefined ? undefined : runs.rows[Number(index)];
    if (!each) return;
    await liveDocumentsOf(this.context).show(rowName(each.row), {
      onDidChange: listener => runs.onDidChange(changed => changed === each && listener()),
      text: () => {
        const { output, outcome, run } = each;
        const dropped = output.dropped === 0 ? '' : `… ${l10n.t('{0} older lines', output.dropped)}\n`;
        const end = outcome ? `\n${outcomeSentence(outcome, run?.durationMs, run?.processId)}\n` : '';
        return `$ ${plainText(this.plan.line, 2_000)}\n${dropped}${output.text()}${end}`;
      },
    });
  }
}

function openOf(context: CommandContext, mayWake: ReadonlySet<string>): OpenSandbox {
  return async row => {
    const connection = await context.connections.require();
    const now = context.store.current.rows.get(row.sandbox.id)?.sandbox ?? row.sandbox;
    if (mayWake.has(now.id) && isCapableOf(now, ['canWake'])) {
      const settle = await wake(context, connection, now);
      await settle();
    }
    const reached = await reachRunning(context, connection, row.sandbox.id);
    return { processes: processesOf(context, reached), signal: connection.signal };
  };
}
