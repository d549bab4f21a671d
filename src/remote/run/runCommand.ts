import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { allowHosts, reach, resolveAllReachable } from '../../app/reach';
import type { Row } from '../../core/list/rows';
import { parseCommandLine } from '../../core/run/commandLine';
import type { PlannedRun, RunResult } from '../../core/run/plannedRun';
import type { RunOptions } from '../../core/run/runOptions';
import { isAbleTo } from '../../core/sandbox/capabilities';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { commandProblem } from '../../text/run';
import { listText } from '../../text/kit/listText';
import { rowName } from '../../text/sandbox/rowText';
import { askCommand } from './askCommand';
import type { RunHistory } from './runHistory';
import { readRunInput } from './runInput';
import { RunMany } from './runMany';
import { RunTab } from './runTab';
import { runLabel, type Runs } from './runs';

/** @throws UserError when the line cannot be parsed */
function planRun(line: string, options: RunOptions): PlannedRun {
  const parsed = parseCommandLine(line);
  if (parsed.kind === 'problem') throw new UserError(commandProblem(parsed.problem));
  const { command, args } = parsed;
  return { line: line.trim(), parsed, options, request: { command, args, ...options } };
}

/**
 * Runs a command line in one or several sandboxes. A key binding can pass it in the third argument: a text, or an
 * object with `command` and options. Resolves with how each run ended, once all have.
 */
export function runCommand(app: AppContext, runs: Runs): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not run the command'),
    run: async (...args) => {
      const rows = await resolveAllReachable(app, args, () => l10n.t('Run a command in which sandbox?'));
      const [first] = rows;
      if (!first) return undefined;
      const plan = await planFor(runs.history, rows, args[2]);
      if (!plan) return undefined;
      return rows.length === 1
        ? await runInOne(app, runs, first, plan)
        : await runInMany(app, runs, rows, plan);
    },
  };
}

async function planFor(
  history: RunHistory,
  rows: readonly Row[],
  asked: unknown,
): Promise<PlannedRun | undefined> {
  if (asked !== undefined) {
    const input = readRunInput(asked);
    if (!input) throw new UserError(l10n.t('What to run is a text, or an object with "command".'));
    const { command, ...options } = input;
    return planRun(command, options);
  }
  const [only] = rows;
  const title =
    rows.length === 1 && only
      ? l10n.t('Run in {0}', rowName(only))
      : l10n.t('Run in {0} sandboxes', rows.length);
  const line = await askCommand(history, title);
  if (line === undefined) return undefined;
  await history.remember(line);
  return planRun(line, history.options);
}

async function runInOne(
  app: AppContext,
  runs: Runs,
  row: Row,
  plan: PlannedRun,
): Promise<readonly RunResult[] | undefined> {
  const reached = await reach(app, row);
  if (!reached) return undefined;
  const tab = new RunTab(app, row, plan, reached, runs.spotted.watch(row.sandbox.id));
  runs.add(tab, runLabel(rowName(row), plainText(plan.line, 60)));
  return [await tab.result];
}

async function runInMany(
  app: AppContext,
  runs: Runs,
  rows: readonly Row[],
  plan: PlannedRun,
): Promise<readonly RunResult[] | undefined> {
  const suspended = rows.filter(row => isAbleTo(row, ['canWake'], false));
  if (suspended.length > 0) {
    const isAgreed = await confirmModal(
      l10n.t('{0} of {1} sandboxes are suspended. Resume them?', suspended.length, rows.length),
      [
        listText(suspended.map(rowName)),
        l10n.t('They have to run for this, and are billed until they are suspended again.'),
      ].join('\n'),
      l10n.t('Resume'),
    );
    if (!isAgreed) return undefined;
  }
  const ids = rows.map(({ sandbox }) => sandbox.id);
  if (!(await allowHosts(app, ids))) return undefined;
  const agreed = new Set(suspended.map(({ sandbox }) => sandbox.id));
  const many = await RunMany.start(app, runs, rows, plan, agreed);
  const where = l10n.t('{0} sandboxes', rows.length);
  runs.add(many, runLabel(where, plainText(plan.line, 60)));
  return await many.result;
}

/** Repeats the last run. */
export function runAgain(runs: Runs): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not run the command'),
    run: async () => {
      const { last } = runs;
      if (!last) throw new UserError(l10n.t('Nothing was run in this window yet.'));
      last.show();
      if (last.isRunning) throw new UserError(l10n.t('It is still running.'));
      await last.again();
    },
  };
}

/** Cancels a run. */
export function cancelRun(runs: Runs): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not cancel'),
    run: async () => {
      const { running } = runs;
      const [only] = running;
      if (!only) throw new UserError(l10n.t('Nothing is running.'));
      if (running.length === 1) {
        await only[0].cancel();
        return;
      }
      const answer = await askPick({
        title: l10n.t('Cancel Run'),
        placeholder: l10n.t('Kill which program?'),
        items: running.map(([run, label]) => ({ label, answer: run })),
      });
      if (answer.kind === 'value') await answer.value.cancel();
    },
  };
}

/** Clears the command history of this workspace. */
export function clearRunHistory({ history }: Runs): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not clear the history'),
    run: async () => {
      const count = history.lines.length;
      if (count === 0) throw new UserError(l10n.t('The history of runs is empty.'));
      const isAgreed = await confirmModal(
        l10n.t('Clear the history of runs in this workspace?'),
        count === 1
          ? l10n.t('1 command line is forgotten.')
          : l10n.t('{0} command lines are forgotten.', count),
        l10n.t('Clear'),
      );
      if (isAgreed) await history.forgetAll();
    },
  };
}
