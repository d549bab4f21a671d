import { l10n } from 'vscode';
import { readProcessInput, type ProcessInput } from './processInput';
import type { AppContext } from '../../app/appContext';
import { isFromSelection } from '../../app/targets';
import type { ProcessInfo } from '../../core/processes/process';
import { arrangeProcesses, processTokensOf, type ProcessToken } from './model/processList';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { separator } from '../../text/kit/plainText';
import { reach, reachRunning, resolveReachable, type Reached } from '../../app/reach';
import { processName, processParts } from '../../text/processes';
import type { OwnProcesses } from './ownProcesses';
import { ProcessNode } from './processNodes';

/** A process that a command acts on. */
export interface ChosenProcess {
  readonly reached: Reached;
  readonly info: ProcessInfo;
  /** Options that the caller passed; undefined when the user is to be asked. */
  readonly asked: ProcessInput | undefined;
}

export interface ProcessQuery {
  /** The action that the process must support. */
  readonly token: ProcessToken;
  /** Title of the pick list, such as "Kill which process?". */
  readonly question: () => string;
  /** Message when no process supports the action. */
  readonly none: () => string;
}

/**
 * The process that a command acts on: a node of the tree, a sandbox with `{ "process": 42 }`, or one that the user
 * picks.
 *
 * @returns undefined when the user backed out
 * @throws UserError when there is no such process
 */
export async function resolveProcess(
  app: AppContext,
  own: OwnProcesses,
  args: readonly unknown[],
  query: ProcessQuery,
): Promise<ChosenProcess | undefined> {
  const [node] = args.length === 0 || isFromSelection(args[0]) ? app.view.selectedNodes() : args;
  if (node instanceof ProcessNode) {
    const connection = await app.connections.require();
    const reached = await reachRunning(connection, node.sandboxId);
    return { reached, info: requireToken(node.info, query), asked: undefined };
  }
  const row = await resolveReachable(app, args, () => l10n.t('A process of which sandbox?'));
  const reached = row && (await reach(app, row));
  if (!reached) return undefined;
  const asked = readProcessInput(args[2]);
  if (asked) {
    const info = await reached.client.processes.get(asked.process, reached.connection.signal);
    return { reached, info: requireToken(info, query), asked };
  }
  const info = await pick(app, own, rowName(row), reached, query);
  return info && { reached, info, asked: undefined };
}

function requireToken(info: ProcessInfo, { token, none }: ProcessQuery): ProcessInfo {
  if (!processTokensOf(info).includes(token)) throw new UserError(none());
  return info;
}

async function pick(
  app: AppContext,
  own: OwnProcesses,
  title: string,
  { client, connection }: Reached,
  { token, question, none }: ProcessQuery,
): Promise<ProcessInfo | undefined> {
  const progress = startProgress(l10n.t('Reading the processes of {0}…', title), connection.signal);
  const list = await progress.until(client.processes.list(progress.signal));
  const { shown } = arrangeProcesses(list, own.areShown);
  const eligible = shown.filter(info => processTokensOf(info).includes(token));
  if (eligible.length === 0) throw new UserError(none());
  const answer = await askPick({
    title,
    placeholder: question(),
    items: eligible.map(info => ({
      label: processName(info),
      description: processParts(info, app.clock.now()).join(separator),
      answer: info,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
