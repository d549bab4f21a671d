import { l10n, StatusBarAlignment, window } from 'vscode';
import { createTerminal } from '../../host/editor/terminals';
import type { AppContext } from '../../app/appContext';
import { reachRunning } from '../../app/reach';
import { aloneMs, type TerminalRecord } from '../../core/terminal/detachedShell';
import { readSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import type { Terminals } from './terminals';

/**
 * Reattaches to shells without asking and without resuming a sandbox. Skips those whose sandbox is not running, and
 * forgets those that have ended.
 *
 * @returns those that could not be reached
 */
async function reopen(
  app: AppContext,
  terminals: Terminals,
  records: readonly TerminalRecord[],
): Promise<readonly TerminalRecord[]> {
  const failed: TerminalRecord[] = [];
  const connection = await app.connections.require();
  for (const record of records) {
    const { sandboxId, sessionId } = record;
    const row = app.store.current.rows.get(sandboxId);
    const token = await terminals.records.token(sessionId);
    if (!row || row.sandbox.state !== 'running' || token === undefined) continue;
    try {
      const reached = await reachRunning(connection, sandboxId);
      const session = await reached.client.terminals.find(sessionId, connection.signal);
      if (session?.isAlive === true)
        createTerminal(terminals.resume(row, reached, { sessionId, token })).show(true);
      else await terminals.records.forget(sessionId);
    } catch (error) {
      failed.push(record);
      app.log.warn(
        `A terminal could not be opened again: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return failed;
}

/**
 * After a reload: reattaches to the terminals of this window, offers to, or leaves their nodes in the tree, depending
 * on a setting.
 */
export async function restoreTerminals(app: AppContext, terminals: Terminals): Promise<void> {
  const left = terminals.leftBehind();
  for (const { sessionId } of left) await terminals.records.mark(sessionId, 'leftBehind');
  await terminals.rememberShown();
  const setting = readSetting('tensorlake.terminal.reviveOnReload');
  if (setting === 'never') return;
  const offered = setting === 'always' ? await reopen(app, terminals, left) : left;
  if (offered.length > 0) offerInStatusBar(app, terminals, new Set(offered.map(each => each.sessionId)));
}

/** Offers to reattach with a status bar item, for as long as there are such shells. */
function offerInStatusBar(app: AppContext, terminals: Terminals, sessionIds: ReadonlySet<string>): void {
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
  app.lifetime.add(item);
  app.lifetime.add(terminals.onDidChange(draw));
  app.lifetime.add(app.clock.after(aloneMs, () => item.dispose()));
  draw();
}
