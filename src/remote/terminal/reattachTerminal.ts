import { commands, l10n, window } from 'vscode';
import type { Row } from '../../core/list/store';
import type { TerminalSession } from '../../core/terminal/terminalSession';
import type { CommandContext } from '../../app/appContext';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer, UserError } from '../../host/editor/messages';
import { rowName } from '../../text/sandbox/rowText';
import { commandIds } from '../../manifest';
import { reach, reachRunning } from '../../app/reach';
import { resolveRecord } from './pickTerminal';
import { terminalsOf } from './terminals';
import type { TerminalRecord } from './terminalRecords';

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

/**
 * Shows shells again without asking and without waking anything. Those of sandboxes that do not run stay as they are, and
 * those that are over are forgotten.
 *
 * @returns those that could not be reached
 */
export async function revive(
  context: CommandContext,
  records: readonly TerminalRecord[],
): Promise<readonly TerminalRecord[]> {
  const failed: TerminalRecord[] = [];
  const connection = await context.connections.require();
  const terminals = terminalsOf(context);
  for (const record of records) {
    const { sandboxId, sessionId } = record;
    const row = context.store.current.rows.get(sandboxId);
    const token = await terminals.tickets.token(sessionId);
    if (!row || row.sandbox.state !== 'running' || token === undefined) continue;
    try {
      const reached = await reachRunning(context, connection, sandboxId);
      const session = await reached.client.terminals.find(sessionId, connection.signal);
      if (session?.isAlive === true)
        window.createTerminal(terminals.resume(row, reached, { sessionId, token })).show(true);
      else await terminals.tickets.forget(sessionId);
    } catch (error) {
      failed.push(record);
      context.log.warn(
        `A terminal could not be opened again: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return failed;
}
