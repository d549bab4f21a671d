import { l10n } from 'vscode';
import { isSuccess } from '../../core/run/remoteRun';
import { rowName } from '../../text/sandbox/rowText';
import { plainText, separator } from '../../text/kit/plainText';
import { preciseSpan } from '../../text/kit/units';
import { button, element, type PageNode } from '../kit/pageNode';
import type { ManyRow, ManyRuns } from '../../core/run/manyRuns';
import type { PlannedRun } from '../../core/run/plannedRun';
import { howWords, optionWords, outcomeSentence, outcomeWords } from '../../text/run';

/** Renders the runs of a command in many sandboxes. */
export function drawRunTable(runs: ManyRuns, plan: PlannedRun): PageNode {
  const how = [howWords(plan.parsed), optionWords(plan.options)].filter(part => part !== '');
  return element(
    'article',
    {},
    element(
      'header',
      {},
      element('div', { class: 'title' }, element('h1', {}, plainText(plan.line, 120))),
      element('p', { class: 'quiet' }, [summary(runs), ...how].join(separator)),
      element(
        'p',
        {},
        runs.isRunning
          ? button(l10n.t('Cancel All'), { run: 'cancel' }, { kind: 'primary' })
          : button(l10n.t('Run Again'), { run: 'again' }, { kind: 'primary' }),
      ),
    ),
    element(
      'table',
      { class: 'wide' },
      element(
        'thead',
        {},
        element('tr', {}, ...headings().map(text => element('th', { scope: 'col' }, text))),
      ),
      element('tbody', {}, ...runs.rows.map(drawRow)),
    ),
  );
}

/** Progress in a few words. */
export function summary(runs: ManyRuns): string {
  const { ended, well } = runs.counts;
  const total = runs.rows.length;
  if (ended < total) return l10n.t('{0} of {1} ended, {2} well', ended, total, well);
  return well === total ? l10n.t('all {0} ended well', total) : l10n.t('{0} of {1} ended well', well, total);
}

function headings(): readonly string[] {
  return [
    l10n.t('Sandbox'),
    l10n.t('State'),
    l10n.t('Exit Code'),
    l10n.t('Duration'),
    l10n.t('Last Line'),
    l10n.t('Output'),
  ];
}

function drawRow(each: ManyRow, index: number): PageNode {
  const { row, outcome, run, output } = each;
  const name = rowName(row);
  const exitCode = outcome?.kind === 'exited' ? outcome.exit.exitCode : undefined;
  const duration = run?.durationMs;
  return element(
    'tr',
    { id: `row-${index}` },
    element('th', { scope: 'row' }, name),
    element('td', { class: stateClass(each), ...titleOf(each) }, stateWords(each)),
    element('td', {}, exitCode === undefined ? '' : String(exitCode)),
    element('td', {}, duration === undefined ? '' : preciseSpan(duration)),
    element('td', { class: 'last-line' }, element('code', {}, plainText(output.last, 120))),
    element(
      'td',
      {},
      button(
        l10n.t('Open'),
        { run: `output:${index}` },
        { kind: 'small', label: l10n.t('Open the output of {0}', name) },
      ),
    ),
  );
}

function stateWords(each: ManyRow): string {
  if (each.outcome)
    return isSuccess(each.outcome) ? l10n.t('✓ ended well') : `✗ ${outcomeWords(each.outcome)}`;
  return each.state === 'running' ? l10n.t('● running') : l10n.t('○ waiting');
}

function titleOf({ outcome, run }: ManyRow): Readonly<Record<string, string>> {
  return outcome ? { title: plainText(outcomeSentence(outcome, run?.durationMs, run?.processId), 400) } : {};
}

function stateClass({ outcome }: ManyRow): string {
  if (!outcome) return 'run-going';
  return isSuccess(outcome) ? 'run-well' : 'run-failed';
}
