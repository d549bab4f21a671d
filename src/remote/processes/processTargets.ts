import { l10n } from 'vscode';
import { readProcessInput, type ProcessInput } from './processInput';
import type { CommandContext } from '../../app/appContext';
import { isFromSelection } from '../../app/targets';
import type { ProcessInfo } from '../../core/processes/process';
import { arrangeProcesses, processTokensOf, type ProcessToken } from './model/processList';
import { UserError } from '../../text/kit/failureText';
import { withCancellableProgress } from '../../host/editor/progress';
import { askPick } from '../../host/editor/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { separator } from '../../text/kit/plainText';
import { reach, reachRunning, resolveReachable, type Reached } from '../../app/reach';
import { processName, processParts } from '../../text/processes';
import { ProcessNode } from './processNodes';

/** A process a command is to act on. */
export interface ChosenProcess {
  readonly reached: Reached;
  readonly info: ProcessInfo;
  /** What the caller said besides; absent when the user is to be asked. */
  readonly asked: ProcessInput | undefined;
}

export interface ProcessQuery {
  /** What the process must be able to. */
  readonly token: ProcessToken;
  /** What the pick list asks, such as "Kill which process?". */
  readonly question: () => string;
  /** Said when none can. */
  readonly none: () => string;
}

/**
 * The process a command is to act on: a line of the tree, a sandbox with `{ "process": 42 }`, or one that is picked.
 *
 * @returns undefined when the user backed out
 * @throws UserError when there is none such
 */
export async function resolveProcess(
  context: CommandContext,
  args: readonly unknown[],
  query: ProcessQuery,
): Promise<ChosenProcess | undefined> {
  const [line] = args.length === 0 || isFromSelection(args[0]) ? context.view.lines() : args;
  if (line instanceof ProcessNode) {
    const connection = await context.connections.require();
    const reached = await reachRunning(context, connection, line.sandboxId);
    return { reached, info: requireToken(line.info, query), asked: undefined };
  }
  const row = await resolveReachable(context, args, () => l10n.t('A process of which sandbox?'));
  const reached = row && (await reach(context, row));
  if (!reached) return undefined;
  const asked = readProcessInput(args[2]);
  if (asked) {
    const info = await reached.client.processes.get(asked.process, reached.connection.signal);
    return { reached, info: requireToken(info, query), asked };
  }
  const info = await pick(context, rowName(row), reached, query);
  return info && { reached, info, asked: undefined };
}

function requireToken(info: ProcessInfo, { token, none }: ProcessQuery): ProcessInfo {
  if (!processTokensOf(info).includes(token)) throw new UserError(none());
  return info;
}

async function pick(
  context: CommandContext,
  title: string,
  { client, connection }: Reached,
  { token, question, none }: ProcessQuery,
): Promise<ProcessInfo | undefined> {
  const list = await withCancellableProgress(l10n.t('Reading the processes of {0}…', title), signal =>
    client.processes.list(AbortSignal.any([signal, connection.signal])),
  );
  const eligible = arrangeProcesses(list).shown.filter(info => processTokensOf(info).includes(token));
  if (eligible.length === 0) throw new UserError(none());
  const answer = await askPick({
    title,
    placeholder: question(),
    items: eligible.map(info => ({
      label: processName(info),
      description: processParts(info, context.clock.now()).join(separator),
      answer: info,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
