import { l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/json';
import { UserError } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { separator } from '../../text/kit/plainText';
import { stateWord } from '../../text/sandbox/stateText';
import { detachedParts, programName } from '../../text/terminal';
import { terminalsOf } from './terminals';
import type { TerminalRecord } from '../../core/terminal/detachedShell';

/**
 * The detached shell that a command is about: that of the line it was called with, else one that is picked.
 *
 * @returns undefined when the user backed out, and for a line whose shell is known to be over
 * @throws UserError when there is none to pick
 */
export async function resolveRecord(
  context: CommandContext,
  target: unknown,
  question: string,
): Promise<TerminalRecord | undefined> {
  const { poller } = await context.connections.require();
  // Right after a reload it is not known yet which sandboxes there are.
  if (context.store.current.status.kind === 'loading') await poller.refresh();
  const records = terminalsOf(context).detached();
  if (isMember(target, 'sessionId')) return records.find(({ sessionId }) => sessionId === target.sessionId);
  if (records.length === 0) throw new UserError(l10n.t('There is no detached terminal.'));
  const answer = await askPick({
    title: question,
    placeholder: l10n.t('A shell ends 5 minutes after the last terminal has left it.'),
    items: records.map(record => ({ ...describe(context, record), answer: record })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function describe(context: CommandContext, record: TerminalRecord): { label: string; description: string } {
  const row = context.store.current.rows.get(record.sandboxId);
  const state = row?.sandbox.state;
  const parts = [
    row ? rowName(row) : record.sandboxId,
    ...(row && state !== 'running' ? [stateWord(row.sandbox.state, row.sandbox.rawState)] : []),
    ...detachedParts(record, context.clock.now()),
  ];
  return { label: programName(record), description: parts.join(separator) };
}
