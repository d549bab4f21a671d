import { commands, l10n, window } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { reach } from '../../app/reach';
import type { Row } from '../../core/list/store';
import type { TerminalRecord } from '../../core/terminal/detachedShell';
import type { TerminalSession } from '../../core/terminal/terminalSession';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer } from '../../host/editor/messages';
import { commandIds } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { resolveRecord } from './pickTerminal';
import { terminalsOf } from './terminals';

/** Opens a terminal that shows a shell again which was detached from. */
export function reattachTerminal(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not reattach'),
    run: async target => {
      const record = await resolveRecord(context, target, l10n.t('Reattach to which terminal?'));
      // A double click on a line asks twice.
      if (!record || underWay.has(record.sessionId)) return;
      underWay.add(record.sessionId);
      try {
        await reattach(context, record);
      } finally {
        underWay.delete(record.sessionId);
      }
    },
  };
}

/** Ids of the shells that are being reattached to. */
const underWay = new Set<string>();

/** @throws UserError when what reattaches is not known any more */
async function reattach(context: CommandContext, record: TerminalRecord): Promise<void> {
  const { sandboxId, sessionId } = record;
  const terminals = terminalsOf(context);
  const row = context.store.current.rows.get(sandboxId);
  if (!row) throw new UserError(l10n.t('The sandbox is not in the list any more.'));
  const token = await terminals.tickets.token(sessionId);
  if (token === undefined) {
    await terminals.tickets.forget(sessionId);
    throw new UserError(l10n.t('What it takes to reattach was lost: the secret store did not keep it.'));
  }
  const reached = await reach(context, row);
  if (!reached) return;
  const session = await reached.client.terminals.find(sessionId, reached.connection.signal);
  if (session?.isAlive === true) {
    window.createTerminal(terminals.resume(row, reached, { sessionId, token })).show();
    return;
  }
  await terminals.tickets.forget(sessionId);
  void offer(endedText(row, session), l10n.t('Open New Terminal')).then(async isWanted => {
    if (isWanted) await commands.executeCommand(commandIds.openTerminal, sandboxId);
  });
}

/** What is said of a shell that is over; its session is listed for a minute more. */
function endedText(row: Row, session: TerminalSession | undefined): string {
  if (!session)
    return l10n.t(
      'The shell in {0} has ended: the service ends one that nobody is attached to for 5 minutes.',
      rowName(row),
    );
  const { exitCode } = session;
  return exitCode === undefined || exitCode < 0
    ? l10n.t('The shell in {0} has ended.', rowName(row))
    : l10n.t('The shell in {0} has ended with exit code {1}.', rowName(row), exitCode);
}
