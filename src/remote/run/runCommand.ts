import { l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { reach, resolveAllReachable } from '../../app/reach';
import type { Row } from '../../core/list/store';
import { parseCommandLine } from '../../core/run/commandLine';
import type { PlannedRun, RunResult } from '../../core/run/plannedRun';
import type { RunOptions } from '../../core/run/runOptions';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal } from '../../host/editor/messages';
import { askPick } from '../../host/editor/quickPick';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { commandProblem } from '../../text/run';
import { rowName } from '../../text/sandbox/rowText';
import { RunTablePanel } from '../../webview/runTable/runTablePanel';
import { askCommand } from './askCommand';
import { readRunInput } from './runInput';
import { RunTab } from './runTab';
import { runLabel, runsOf } from './runs';

/** @throws UserError when the line cannot be read */
function planRun(line: string, options: RunOptions): PlannedRun {
  const parsed = parseCommandLine(line);
  if (parsed.kind === 'problem') throw new UserError(commandProblem(parsed.problem));
  const { command, args } = parsed;
  return { line: line.trim(), parsed, options, request: { command, args, ...options } };
}

/**
 * Runs a command line in one or several sandboxes. The third argument, from a key binding, says which: a text, or an object
 * with `command` and options. Returns how each run ended, once all have.
 */
export function runCommand(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not run the command'),
    run: async (...args) => {
      const rows = await resolveAllReachable(context, args, () => l10n.t('Run a command in which sandbox?'));
      const [first] = rows;
      if (!first) return undefined;
      const plan = await planFor(context, rows, args[2]);
      if (!plan) return undefined;
      return rows.length === 1 ? await runInOne(context, first, plan) : await runInMany(context, rows, plan);
    },
  };
}

async function planFor(
  context: CommandContext,
  rows: readonly Row[],
  asked: unknown,
): Promise<PlannedRun | undefined> {
  const { memory } = runsOf(context);
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
  const line = await askCommand(memory, title);
  if (line === undefined) return undefined;
  await memory.remember(line);
  return planRun(line, memory.options);
}

async function runInOne(
  context: CommandContext,
  row: Row,
  plan: PlannedRun,
): Promise<readonly RunResult[] | undefined> {
  const reached = await reach(context, row);
  if (!reached) return undefined;
  const tab = new RunTab(context, row, plan, reached);
  runsOf(context).add(tab, runLabel(rowName(row), plainText(plan.line, 60)));
  return [await tab.result];
}

async function runInMany(
  context: CommandContext,
  rows: readonly Row[],
  plan: PlannedRun,
): Promise<readonly RunResult[] | undefined> {
  const asleep = rows.filter(({ sandbox }) => isCapableOf(sandbox, ['canWake']));
  if (asleep.length > 0) {
    const isAgreed = await confirmModal(
      l10n.t('{0} of {1} sandboxes are suspended. Resume them?', asleep.length, rows.length),
      [
        asleep.map(row => rowName(row)).join(', '),
        l10n.t('They have to run for this, and are billed until they are suspended again.'),
      ].join('\n'),
      l10n.t('Resume'),
    );
    if (!isAgreed) return undefined;
  }
  const agreed = new Set(asleep.map(({ sandbox }) => sandbox.id));
  const panel = new RunTablePanel(context, rows, plan, agreed);
  const where = l10n.t('{0} sandboxes', rows.length);
  runsOf(context).add(panel, runLabel(where, plainText(plan.line, 60)));
  return await panel.result;
}

/** Runs once more what was run last. */
export function runAgain(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not run the command'),
    run: async () => {
      const { last } = runsOf(context);
      if (!last) throw new UserError(l10n.t('Nothing was run in this window yet.'));
      last.show();
      if (last.isRunning) throw new UserError(l10n.t('It is still running.'));
      await last.again();
    },
  };
}

/** Ends something that runs. */
export function cancelRun(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not cancel'),
    run: async () => {
      const { running } = runsOf(context);
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

/** Forgets every command line that was run in this workspace. */
export function clearRunHistory(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not clear the history'),
    run: async () => {
      const { memory } = runsOf(context);
      const count = memory.history.length;
      if (count === 0) throw new UserError(l10n.t('The history of runs is empty.'));
      const isAgreed = await confirmModal(
        l10n.t('Clear the history of runs in this workspace?'),
        count === 1
          ? l10n.t('1 command line is forgotten.')
          : l10n.t('{0} command lines are forgotten.', count),
        l10n.t('Clear'),
      );
      if (isAgreed) await memory.forgetAll();
    },
  };
}
