import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { allowHosts } from '../../app/reach';
import { processRef } from './model/processList';
import { sendableSignals, signalNumber, type SignalName } from '../../core/processes/signals';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { askText } from '../../host/editor/dialogs/quickInput';
import { commandText, processName } from '../../text/processes';
import type { OwnProcesses } from './ownProcesses';
import { ProcessesNode, type ProcessNodes } from './processNodes';
import { resolveProcess, type ChosenProcess, type ProcessQuery } from './processTargets';

interface ProcessVerb extends ProcessQuery {
  readonly failureTitle: () => string;
  /** Returns false when the user backed out. */
  readonly act: (chosen: ChosenProcess) => Promise<boolean>;
}

function processCommand(app: AppContext, nodes: ProcessNodes, verb: ProcessVerb): CommandHandler {
  return {
    failureTitle: verb.failureTitle,
    run: async (...args) => {
      const chosen = await resolveProcess(app, nodes.own, args, verb);
      if (!chosen) return;
      try {
        await verb.act(chosen);
      } finally {
        nodes.refresh(chosen.reached.sandbox.id);
      }
    },
  };
}

/** Sends a signal to a running process. */
export function signalProcess(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return processCommand(app, nodes, {
    failureTitle: () => l10n.t('Could not send the signal'),
    token: 'canSignal',
    question: () => l10n.t('Send a signal to which process?'),
    none: () => l10n.t('No process runs there.'),
    act: async chosen => {
      const { info, reached, asked } = chosen;
      const number =
        asked?.signal === undefined ? await askSignal(chosen) : signalNumber(String(asked.signal));
      if (number === undefined) {
        if (asked?.signal !== undefined) throw new UserError(l10n.t('There is no such signal.'));
        return false;
      }
      // By pid, because a managed process may have been restarted since the user chose it.
      await reached.client.processes.signal(info.pid, number, reached.connection.signal);
      return true;
    },
  });
}

async function askSignal({ info }: ChosenProcess): Promise<number | undefined> {
  const answer = await askPick<number>({
    title: l10n.t('Signal to {0}', processName(info)),
    placeholder: l10n.t('Which signal?'),
    items: sendableSignals.map(({ name, number }) => ({
      label: name,
      description: `${number} · ${signalWords(name)}`,
      answer: number,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function signalWords(name: SignalName): string {
  switch (name) {
    case 'SIGTERM':
      return l10n.t('asks it to end');
    case 'SIGINT':
      return l10n.t('what Ctrl+C sends');
    case 'SIGHUP':
      return l10n.t('often: read the configuration again');
    case 'SIGQUIT':
      return l10n.t('ends it with a core dump');
    case 'SIGUSR1':
    case 'SIGUSR2':
      return l10n.t('means what the program makes of it');
    case 'SIGSTOP':
      return l10n.t('pauses it');
    case 'SIGCONT':
      return l10n.t('lets it go on');
    case 'SIGKILL':
      return l10n.t('ends it at once');
  }
}

/** Kills a process, after a confirmation. */
export function killProcess(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return processCommand(app, nodes, {
    failureTitle: () => l10n.t('Could not kill the process'),
    token: 'canKill',
    question: () => l10n.t('Kill which process?'),
    none: () => l10n.t('No process runs there.'),
    act: async ({ info, reached, asked }) => {
      const detail = [
        `${commandText(info)} (${info.pid})`,
        l10n.t('It ends at once and cannot save anything.'),
        ...(info.managed ? [l10n.t('It is not started again.')] : []),
      ].join('\n');
      const isAgreed =
        asked !== undefined ||
        (await confirmModal(l10n.t('Kill {0}?', processName(info)), detail, l10n.t('Kill')));
      if (isAgreed) await reached.client.processes.kill(processRef(info), reached.connection.signal);
      return isAgreed;
    },
  });
}

/** Restarts a managed process. */
export function restartProcess(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return processCommand(app, nodes, {
    failureTitle: () => l10n.t('Could not restart the process'),
    token: 'canRestart',
    question: () => l10n.t('Restart which process?'),
    none: () =>
      l10n.t('Only managed processes can be restarted: those with a name, a restart rule or a health check.'),
    act: async ({ info, reached }) => {
      await withViewProgress(reached.client.processes.restart(processRef(info), reached.connection.signal));
      return true;
    },
  });
}

/** Sends lines to the standard input of a process until the user cancels. */
export function sendInput(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return processCommand(app, nodes, {
    failureTitle: () => l10n.t('Could not send the input'),
    token: 'canWrite',
    question: () => l10n.t('Send input to which process?'),
    none: () => l10n.t('No process there takes input: one has to be started with its input open.'),
    act: async ({ info, reached, asked }) => {
      const { processes } = reached.client;
      const send = (text: string): Promise<void> =>
        processes.writeStdin(processRef(info), new TextEncoder().encode(text), reached.connection.signal);
      if (asked?.input !== undefined) {
        await send(asked.input);
        return true;
      }
      for (;;) {
        const answer = await askText({
          title: l10n.t('Input to {0}', processName(info)),
          prompt: l10n.t('Enter sends the line with a line feed. Escape ends.'),
        });
        if (answer.kind !== 'value') return true;
        await send(`${answer.value}\n`);
      }
    },
  });
}

/** Closes the standard input of a process, which many programs take as the signal to finish. */
export function closeInput(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return processCommand(app, nodes, {
    failureTitle: () => l10n.t('Could not close the input'),
    token: 'canWrite',
    question: () => l10n.t('Close the input of which process?'),
    none: () => l10n.t('No process there takes input: one has to be started with its input open.'),
    act: async ({ info, reached }) => {
      await reached.client.processes.closeStdin(processRef(info), reached.connection.signal);
      return true;
    },
  });
}

/** Refreshes the processes of a sandbox. A click on why they could not be read runs this too. */
export function refreshProcesses(app: AppContext, nodes: ProcessNodes): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh'),
    run: async (first: unknown) => {
      const chosen = first === undefined ? app.view.selectedNodes() : [first];
      for (const node of chosen)
        if (node instanceof ProcessesNode && (await allowHosts(app, [node.sandboxId])))
          nodes.refresh(node.sandboxId);
    },
  };
}

/** Shows or hides what the extension started for itself, in lists of processes and in logs. */
export function showOwnProcesses(own: OwnProcesses, areShown: boolean): CommandHandler {
  return { failureTitle: () => l10n.t('Could not show the processes'), run: () => own.show(areShown) };
}
