import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { Clock } from '../../core/kernel/time/clock';
import type { OutputStream, ProcessInfo } from '../../core/processes/process';
import { processRef } from './model/processList';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { errorText, isCancellation } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { plainText, separator } from '../../text/kit/plainText';
import { preciseSpan } from '../../text/kit/units';
import { OutputTerminal } from '../run/outputTerminal';
import { reachRunning, type Reached } from '../../app/reach';
import { exitWords } from '../../text/run';
import { followOutput } from './model/followOutput';
import { commandText, processName } from '../../text/processes';
import type { SpottedPorts } from '../ports/spottedPorts';
import type { OwnProcesses } from './ownProcesses';
import { resolveProcess } from './processTargets';

type Which = OutputStream | 'output';

/** Follows the output of a process in a terminal tab, from its start, for as long as the tab is open. */
export function followProcess(
  app: AppContext,
  own: OwnProcesses,
  spotted: SpottedPorts,
  preset?: Which,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not follow the output'),
    run: async (...args) => {
      const chosen = await resolveProcess(app, own, args, {
        token: 'process',
        question: () => l10n.t('Follow the output of which process?'),
        none: () => l10n.t('No process was started there yet.'),
      });
      if (!chosen) return;
      const which = preset ?? (await askWhich(chosen.info));
      if (which) follow(app.clock, spotted, chosen.reached, chosen.info, which);
    },
  };
}

async function askWhich(info: ProcessInfo): Promise<Which | undefined> {
  const answer = await askPick<Which>({
    title: l10n.t('Output of {0}', processName(info)),
    placeholder: l10n.t('Which stream?'),
    items: [
      {
        label: l10n.t('Both'),
        description: l10n.t('lines of stderr have a bar in front'),
        answer: 'output',
      },
      { label: 'stdout', answer: 'stdout' },
      { label: 'stderr', answer: 'stderr' },
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function follow(
  clock: Clock,
  spotted: SpottedPorts,
  { sandbox, connection }: Reached,
  info: ProcessInfo,
  which: Which,
): void {
  const abort = new AbortController();
  const name = processName(info);
  const stop = (): void => abort.abort();
  const options = {
    name: which === 'output' ? name : l10n.t('{0} · {1}', name, which),
    icon: 'output',
    onClose: stop,
    onInput: (text: string) => {
      if (text === '\u0003') stop();
    },
    watch: spotted.watch(sandbox.id),
    plainStream: which === 'stderr' ? 'stderr' : 'stdout',
  } as const;
  const terminal = new OutputTerminal(options, clock);
  terminal.show();
  const where = [rowName({ sandbox }), l10n.t('pid {0}', info.pid), which === 'output' ? '' : which];
  terminal.note(commandText(info, 2_000), 'bold');
  terminal.note(where.filter(part => part !== '').join(separator));
  const signal = AbortSignal.any([abort.signal, connection.signal]);
  const end = followOutput({
    ref: processRef(info),
    pid: info.pid,
    which,
    clock,
    signal,
    open: async () => (await reachRunning(connection, sandbox.id, 0)).client.processes,
    events: {
      line: line => terminal.line(line),
      lost: (error, waitMs) =>
        terminal.note(
          l10n.t(
            'The connection broke off; trying again in {0}. {1}',
            preciseSpan(waitMs),
            plainText(errorText(error)),
          ),
          'red',
        ),
      back: () => terminal.note(l10n.t('Connected again.'), 'green'),
      restarted: ({ pid }) => terminal.note(l10n.t('Started again as process {0}.', pid), 'green'),
      restarting: ({ managed }) =>
        terminal.note(
          l10n.t(
            'It ended: {0}. It is started again.',
            managed?.lastExit ? exitWords(managed.lastExit) : l10n.t('nobody said how'),
          ),
        ),
    },
  });
  void end.then(
    last => terminal.note(last ? l10n.t('It ended: {0}.', exitWords(last)) : l10n.t('It is gone.')),
    (error: unknown) =>
      terminal.note(
        isCancellation(error)
          ? l10n.t('Not followed any more; the process goes on.')
          : l10n.t('Not followed any more: {0}', plainText(errorText(error))),
        isCancellation(error) ? 'dim' : 'red',
      ),
  );
}
