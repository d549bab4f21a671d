import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { OpenRunTable, RunTable } from '../../app/features';
import { reachRunning } from '../../app/reach';
import { wake } from '../../app/wake';
import { Emitter } from '../../core/kernel/event';
import type { Row } from '../../core/list/rows';
import { ManyRuns, type ManyRow, type OpenSandbox } from '../../core/run/manyRuns';
import { resultOf, type PlannedRun, type RunResult } from '../../core/run/plannedRun';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { plainText } from '../../text/kit/plainText';
import { outcomeSentence } from '../../text/run';
import { rowName } from '../../text/sandbox/rowText';
import type { OutputDocuments } from './outputDocuments';
import { processesOf } from './runProcesses';
import type { LiveRun, Runs } from './runs';

/** A command in many sandboxes, shown in a table. Closing the table cancels the runs. */
export class RunMany implements RunTable, LiveRun {
  private readonly changes = new Emitter<undefined>();
  readonly onDidChange = this.changes.event;
  private current: ManyRuns;
  private results: Promise<readonly RunResult[]> = Promise.resolve([]);
  private table: OpenRunTable | undefined;
  private isClosed = false;

  private constructor(
    private readonly app: AppContext,
    private readonly outputs: OutputDocuments,
    private readonly rows: readonly Row[],
    readonly plan: PlannedRun,
    mayWake: ReadonlySet<string>,
  ) {
    this.current = this.make(mayWake);
  }

  /**
   * Opens a table and runs a command.
   *
   * @param mayWake ids of the suspended sandboxes that the user agreed to resume
   * @param isQuiet leaves the focus where it is, for what nobody asked for just now
   */
  static async start(
    app: AppContext,
    { outputs, tables }: Runs,
    rows: readonly Row[],
    plan: PlannedRun,
    mayWake: ReadonlySet<string>,
    isQuiet = false,
  ): Promise<RunMany> {
    const many = new RunMany(app, outputs, rows, plan, mayWake);
    many.table = await tables.open(many, isQuiet);
    many.results = many.toEnd();
    return many;
  }

  /** How the current runs end, once all have. */
  get result(): Promise<readonly RunResult[]> {
    return this.results;
  }

  get isRunning(): boolean {
    return this.current.isRunning;
  }

  get isGone(): boolean {
    return this.isClosed;
  }

  runs(): ManyRuns {
    return this.current;
  }

  show(): void {
    this.table?.show();
  }

  async cancel(): Promise<void> {
    await this.current.cancel();
  }

  async again(): Promise<void> {
    if (this.current.isRunning || this.isClosed) return;
    this.current.dispose();
    // The user did not agree to resume sandboxes that were suspended since the first run.
    this.current = this.make(new Set());
    this.results = this.toEnd();
    await this.results;
  }

  async showOutput(each: ManyRow): Promise<void> {
    const runs = this.current;
    await this.outputs.show(rowName(each.row), {
      onDidChange: listener => runs.onDidChange(changed => changed === each && listener()),
      text: () => {
        const { output, outcome, run } = each;
        const dropped = output.dropped === 0 ? '' : `… ${l10n.t('{0} older lines', output.dropped)}\n`;
        const end = outcome ? `\n${outcomeSentence(outcome, run?.durationMs, run?.processId)}\n` : '';
        return `$ ${plainText(this.plan.line, 2_000)}\n${dropped}${output.text()}${end}`;
      },
    });
  }

  closed(): void {
    this.isClosed = true;
    this.current.dispose();
    this.changes.dispose();
  }

  private make(mayWake: ReadonlySet<string>): ManyRuns {
    const runs = new ManyRuns(this.rows, this.plan.request, this.app.clock, openOf(this.app, mayWake));
    runs.onDidChange(() => this.changes.fire(undefined));
    return runs;
  }

  private async toEnd(): Promise<readonly RunResult[]> {
    const runs = this.current;
    this.changes.fire(undefined);
    await runs.toEnd();
    this.changes.fire(undefined);
    return runs.rows.map(({ row, outcome, run }) =>
      resultOf(row, outcome ?? { kind: 'cancelled', isSure: true }, run),
    );
  }
}

function openOf(app: AppContext, mayWake: ReadonlySet<string>): OpenSandbox {
  return async row => {
    const connection = await app.connections.require();
    const now = app.store.current.rows.get(row.sandbox.id)?.sandbox ?? row.sandbox;
    if (mayWake.has(now.id) && isCapableOf(now, ['canWake'])) {
      const settle = await wake(app, connection, now);
      await settle();
    }
    const reached = await reachRunning(connection, row.sandbox.id);
    return { processes: processesOf(reached), signal: connection.signal };
  };
}
