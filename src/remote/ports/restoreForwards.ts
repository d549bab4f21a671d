import { l10n, StatusBarAlignment, window } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { reach } from '../../app/reach';
import type { Logger } from '../../core/kernel/logger';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { readSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import type { Forwards } from './forwards';
import type { KeptForward } from './keptForwards';
import type { PortForward } from './portForward';

interface RestoreContext extends Pick<AppContext, 'store' | 'lifetime'> {
  readonly log: Logger;
}

interface RestoredForwards extends Pick<Forwards, 'left' | 'forgetLeft' | 'onDidChangeLeft'> {
  open(...args: Parameters<Forwards['open']>): Promise<Pick<PortForward, 'localPort'>>;
}

/**
 * After a reload: opens the forwards of before again, offers to, or leaves it, depending on a setting. By itself it opens
 * those alone whose sandbox runs, and asks no sandbox anything: that happens at the first connection.
 */
export async function restoreForwards(app: RestoreContext, forwards: RestoredForwards): Promise<void> {
  const setting = readSetting('tensorlake.ports.restoreOnReload');
  if (setting === 'never') {
    await forwards.forgetLeft();
    return;
  }
  if (setting === 'always')
    for (const kept of forwards.left()) if (isRunning(app, kept)) await openAgain(app, forwards, kept);
  if (forwards.left().length > 0) offerInStatusBar(app, forwards);
}

/** Opens the forwards of before the reload again. Asks before a suspended sandbox is resumed. */
export function reopenForwards(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not forward the port'),
    run: async () => {
      const left = forwards.left();
      if (left.length === 0)
        throw new UserError(l10n.t('No port was forwarded when this window was closed.'));
      for (const id of new Set(left.map(each => each.sandboxId))) {
        const row = app.store.current.rows.get(id);
        if (!row || !(await reach(app, row))) continue;
        for (const kept of left) if (kept.sandboxId === id) await openAgain(app, forwards, kept);
      }
      await forwards.forgetLeft();
    },
  };
}

function isRunning({ store }: RestoreContext, { sandboxId }: KeptForward): boolean {
  return store.current.rows.get(sandboxId)?.sandbox.state === 'running';
}

async function openAgain(
  { log }: Pick<RestoreContext, 'log'>,
  forwards: Pick<RestoredForwards, 'open'>,
  kept: KeptForward,
): Promise<void> {
  const { sandboxId, remotePort, localPort } = kept;
  try {
    await forwards.open(sandboxId, remotePort, { localPort });
  } catch {
    const opened = await forwards.open(sandboxId, remotePort);
    log.info(`Port ${remotePort} of ${sandboxId} is at ${opened.localPort} now: ${localPort} is in use.`);
  }
}

function offerInStatusBar(app: RestoreContext, forwards: RestoredForwards): void {
  const item = window.createStatusBarItem('tensorlake.forwards', StatusBarAlignment.Left);
  item.name = l10n.t('Tensorlake Forwarded Ports');
  item.command = commandIds.reopenForwards;
  const draw = (): void => {
    const count = forwards.left().length;
    if (count === 0) item.hide();
    else {
      item.text = `$(plug) ${count === 1 ? l10n.t('Forward 1 port again') : l10n.t('Forward {0} ports again', count)}`;
      item.tooltip = l10n.t('Ports of sandboxes that were forwarded before the window was reloaded.');
      item.show();
    }
  };
  app.lifetime.add(item);
  app.lifetime.add(forwards.onDidChangeLeft(draw));
  app.lifetime.add(app.store.onDidChange(draw));
  draw();
}
