import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { Row } from '../../core/list/rows';
import { errorText } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { plainText, separator } from '../../text/kit/plainText';
import { OutputTerminal } from './outputTerminal';
import { reachRunning, type Reached } from '../../app/reach';
import { processesOf } from './runProcesses';
import { RemoteRun, type RunOutcome } from '../../core/run/remoteRun';
import { type PlannedRun, type RunResult, resultOf } from '../../core/run/plannedRun';
import { howWords, optionWords, outcomeSentence, outcomeStyle } from '../../text/run';

const ctrlC = '\u0003';

/** A run that is over. */
interface EndedRun {
  readonly outcome: RunOutcome;
  readonly run: RemoteRun;
}

/** Runs a program in one sandbox and shows its output in a terminal tab. Closing the tab cancels the run. */
export class RunTab {
  private readonly terminal: OutputTerminal;
  private run: RemoteRun | undefined;
  private last: Promise<EndedRun>;
  private interrupts = 0;

  constructor(
    private readonly app: AppContext,
    private readonly row: Row,
    private readonly plan: PlannedRun,
    reached: Reached,
    watch: (text: string) => void,
    /** Whether it leaves the focus where it is: nobody asked for the tab just now. */
    isQuiet = false,
  ) {
    this.terminal = new OutputTerminal(
      {
        name: l10n.t('{0} · {1}', plainText(plan.line, 30), rowName(row)),
        icon: 'run',
        onClose: () => void this.run?.cancel(),
        onInput: text => void this.onInput(text),
        watch,
      },
      app.clock,
    );
    this.terminal.show(isQuiet);
    this.last = this.start(reached);
  }

  /** How the current run ends. */
  get result(): Promise<RunResult> {
    return this.last.then(({ outcome, run }) => resultOf(this.row, outcome, run));
  }

  /** The same in one sentence, with the outcome. */
  get ended(): Promise<{ readonly outcome: RunOutcome; readonly sentence: string }> {
    return this.last.then(({ outcome, run }) => ({
      outcome,
      sentence: outcomeSentence(outcome, run.durationMs, run.processId),
    }));
  }

  get isRunning(): boolean {
    return this.run !== undefined;
  }

  get isGone(): boolean {
    return this.terminal.isGone;
  }

  async cancel(): Promise<void> {
    await this.run?.cancel();
  }

  show(): void {
    this.terminal.show();
  }

  private async start(reached: Reached): Promise<EndedRun> {
    const { plan, terminal, app } = this;
    const run = new RemoteRun(plan.request, app.clock, reached.connection.signal);
    this.run = run;
    this.interrupts = 0;
    terminal.note(`$ ${plainText(plan.line, 2_000)}`, 'bold');
    const how = [rowName(this.row), howWords(plan.parsed), optionWords(plan.options)];
    terminal.note(how.filter(part => part !== '').join(separator));
    const outcome = await run.toEnd(processesOf(reached), line => terminal.line(line));
    this.run = undefined;
    terminal.note(outcomeSentence(outcome, run.durationMs, run.processId), outcomeStyle(outcome));
    terminal.note(l10n.t('Press R to run it again.'));
    return { outcome, run };
  }

  private async onInput(text: string): Promise<void> {
    if (text === ctrlC && this.run) await this.interrupt(this.run);
    else if (!this.run && /^r$/i.test(text)) await this.again();
  }

  /** The first Ctrl+C interrupts the program, the second one kills it. */
  private async interrupt(run: RemoteRun): Promise<void> {
    this.interrupts += 1;
    if (this.interrupts > 1) {
      this.terminal.note(l10n.t('Killing it…'));
      await run.cancel();
      return;
    }
    this.terminal.note(l10n.t('Interrupting it; Ctrl+C again kills it.'));
    try {
      await run.interrupt();
    } catch (error) {
      if (this.run === run) this.terminal.note(errorText(error), 'red');
    }
  }

  /**
   * Runs the same command again in this tab. Resumes nothing: for a sandbox that was suspended meanwhile it shows a
   * message.
   */
  async again(): Promise<void> {
    if (this.run) return;
    try {
      const connection = await this.app.connections.require();
      const reached = await reachRunning(connection, this.row.sandbox.id);
      if (!this.isRunning) this.last = this.start(reached);
    } catch (error) {
      this.terminal.note(errorText(error), 'red');
    }
  }
}
