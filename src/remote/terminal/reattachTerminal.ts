import { l10n, window } from 'vscode';
import type { CommandContext } from '../../commands/commandContext';
import { isMember } from '../../commands/targets';
import type { CommandHandler } from '../../host/commandRegistry';
import { UserError } from '../../host/messages';
import { askPick } from '../../host/quickInput';
import { rowName } from '../../host/rowText';
import { separator, shortAge, stateWord } from '../../host/words';
import { reach, reachRunning } from '../reach';
import { terminalsOf } from './terminals';
import type { TerminalRecord } from './terminalTickets';

/** Opens a terminal that shows a shell again which was detached from. */
export function reattachTerminal(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not reattach'),
    run: async target => {
      const record = await resolveRecord(context, target, l10n.t('Reattach to which terminal?'));
      if (record) await reattach(context, record);
    },
  };
}

/** Ends a shell that was detached from. */
export function endTerminal(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not end the shell'),
    run: async target => {
      const record = await resolveRecord(context, target, l10n.t('End which detached terminal?'));
      if (record) await terminalsOf(context).end(record);
    },
  };
}

/** @throws UserError when what reattaches is not known any more */
export async function reattach(context: CommandContext, record: TerminalRecord): Promise<void> {
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
  if (reached) window.createTerminal(terminals.resume(row, reached, { sessionId, token })).show();
}

/** Shows shells again without asking and without waking anything; those of sandboxes that do not run stay as they are. */
export async function revive(context: CommandContext, records: readonly TerminalRecord[]): Promise<void> {
  const connection = await context.connections.require();
  const terminals = terminalsOf(context);
  for (const { sandboxId, sessionId } of records) {
    const row = context.store.current.rows.get(sandboxId);
    const token = await terminals.tickets.token(sessionId);
    if (!row || row.sandbox.state !== 'running' || token === undefined) continue;
    const reached = await reachRunning(context, connection, sandboxId);
    window.createTerminal(terminals.resume(row, reached, { sessionId, token })).show(true);
  }
}

async function resolveRecord(
  context: CommandContext,
  target: unknown,
  question: string,
): Promise<TerminalRecord | undefined> {
  await context.connections.require();
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
  return { label: record.command.replace(/^\/bin\//, ''), description: parts.join(separator) };
}

/** How old a shell is, and since when nobody looks at it. */
export function detachedParts(
  { openedAtMs, detachedAtMs }: TerminalRecord,
  nowMs: number,
): readonly string[] {
  return [
    detachedAtMs === undefined
      ? l10n.t('in another window, or left when it closed')
      : l10n.t('detached {0} ago', shortAge(detachedAtMs, nowMs)),
    l10n.t('opened {0} ago', shortAge(openedAtMs, nowMs)),
  ];
}
