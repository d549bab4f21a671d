import { commands, l10n } from 'vscode';
import { readStartInput } from './processInput';
import type { AppContext } from '../../app/appContext';
import { inBackground } from '../../core/kernel/unexpected';
import { readStart, type StartDraft } from '../../core/run/startDraft';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { rowName } from '../../text/sandbox/rowText';
import { commandIds } from '../../manifest';
import { reach, resolveReachable } from '../../app/reach';
import { askCommand } from '../run/askCommand';
import type { RunHistory } from '../run/runHistory';
import type { Runs } from '../run/runs';
import { processName, startSentence } from '../../text/processes';
import { ProcessesNode, type ProcessNodes } from './processNodes';
import { askStart } from './askStart';

/**
 * Starts a process that keeps running by itself. A key binding can describe it in the third argument; see
 * `readStartInput`. Returns its pid.
 */
export function startProcess(app: AppContext, nodes: ProcessNodes, { history }: Runs): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not start the process'),
    run: async (...args) => {
      const [first] = args;
      const target = first instanceof ProcessesNode ? first.sandboxId : first;
      const question = (): string => l10n.t('Start a process in which sandbox?');
      const row = await resolveReachable(app, target === undefined ? [] : [target], question);
      if (!row) return undefined;
      const title = l10n.t('Start a Process in {0}', rowName(row));
      const draft = args[2] === undefined ? await askDraft(history, title) : requireInput(args[2]);
      if (!draft) return undefined;
      const read = readStart(draft);
      if ('problem' in read) throw new UserError(startSentence(read.problem));
      const reached = await reach(app, row);
      if (!reached) return undefined;
      const { client, connection, sandbox } = reached;
      const info = await withViewProgress(client.processes.start(read.ok, connection.signal));
      nodes.refresh(sandbox.id);
      if (args[2] === undefined) inBackground(offerOutput(processName(info), sandbox.id, info.pid));
      return info.pid;
    },
  };
}

async function askDraft(history: RunHistory, title: string): Promise<StartDraft | undefined> {
  const line = await askCommand(history, title);
  if (line === undefined) return undefined;
  const { workingDir, env, user } = history.options;
  const draft = await askStart(title, { line, options: { workingDir, env, user } });
  if (draft) await history.remember(draft.line);
  return draft;
}

function requireInput(asked: unknown): StartDraft {
  const draft = readStartInput(asked);
  if (!draft) throw new UserError(l10n.t('What to start is a text, or an object with "command".'));
  return draft;
}

async function offerOutput(name: string, sandboxId: string, pid: number): Promise<void> {
  if (await offer(l10n.t('{0} was started, pid {1}.', name, pid), l10n.t('Follow Output')))
    await commands.executeCommand(commandIds.followProcess, sandboxId, undefined, { process: pid });
}
