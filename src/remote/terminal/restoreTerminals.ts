import { l10n, StatusBarAlignment, window } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { reachRunning } from '../../app/reach';
import { aloneMs, type TerminalRecord } from '../../core/terminal/detachedShell';
import { readSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import { terminalsOf } from './terminals';

/**
 * Shows shells again without asking and without waking anything. Those of sandboxes that do not run stay as they are, and
 * those that are over are forgotten.
 *
 * @returns those that could not be reached
 */
async function revive(
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

/** After a reload: shows again the terminals that the window showed, offers them, or leaves them to their rows. */
export async function comeBack(context: CommandContext): Promise<void> {
  const terminals = terminalsOf(context);
  const left = terminals.leftBehind();
  for (const { sessionId } of left) await terminals.tickets.mark(sessionId, 'leftBehind');
  await terminals.rememberShown();
  const setting = readSetting('tensorlake.terminal.reviveOnReload');
  if (setting === 'never') return;
  const offered = setting === 'always' ? await revive(context, left) : left;
  if (offered.length > 0) offerInStatusBar(context, new Set(offered.map(each => each.sessionId)));
}

/** Says once, and without a sound, that there is something to come back to, for as long as there is. */
function offerInStatusBar(context: CommandContext, sessionIds: ReadonlySet<string>): void {
  const terminals = terminalsOf(context);
  const item = window.createStatusBarItem('tensorlake.terminals', StatusBarAlignment.Left);
  item.name = l10n.t('Tensorlake Terminals');
  item.command = commandIds.reattachTerminal;
  const draw = (): void => {
    const count = terminals.detached().filter(({ sessionId }) => sessionIds.has(sessionId)).length;
    if (count === 0) item.hide();
    else {
      item.text = `$(terminal) ${count === 1 ? l10n.t('Reattach 1 terminal') : l10n.t('Reattach {0} terminals', count)}`;
      item.tooltip = l10n.t(
        'Terminals in sandboxes that were open before the window was reloaded. They end after 5 minutes.',
      );
      item.show();
    }
  };
  context.own(item);
  context.own(terminals.onDidChange(draw));
  context.own(context.clock.after(aloneMs, () => item.dispose()));
  draw();
}
