import { env, l10n, Uri } from 'vscode';
import { dashboardOf } from '../../core/account/dashboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { showSettings } from '../../host/editor/editorCommands';
import { settingDefaults } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import { withViewProgress } from '../../host/editor/progress';
import { readArchive } from './archive';
import { inBackground } from '../../core/kernel/unexpected';
import type { CatalogPresence } from '../../app/lists/catalogPresence';
import type { AppContext } from '../../app/appContext';
import type { ViewOptionsStore } from '../../host/storage/viewOptions';

/** Reads the whole list now, and the start of the archive when the history is shown. */
export function refresh(
  context: AppContext,
  options: ViewOptionsStore,
  catalogPresence: () => Promise<CatalogPresence>,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh'),
    run: async () => {
      const { poller } = await context.connections.require();
      const reading = poller.refresh();
      await withViewProgress(
        options.current.isHistoryShown ? reading.then(() => readArchive(context)) : reading,
      );
      // A service that gives no list is not asked for more.
      if (context.store.current.status.kind === 'fresh')
        inBackground(catalogPresence().then(presence => presence.ask()));
    },
  };
}

/** Shows or hides terminated sandboxes. Showing them reads the first page of the archive. */
export function setHistory(context: AppContext, options: ViewOptionsStore, isShown: boolean): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not load the history'),
    run: async () => {
      options.setHistoryShown(isShown);
      if (isShown) await withViewProgress(readArchive(context));
    },
  };
}

/** Opens the web dashboard that belongs to the API. */
export function openInDashboard(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the dashboard'),
    run: async () => {
      const { endpoint } = (await context.connections.require()).session;
      const url = dashboardOf(endpoint);
      if (url === undefined) throw new UserError(l10n.t('{0} has no known dashboard.', endpoint.text));
      await env.openExternal(Uri.parse(url));
    },
  };
}

export function showLog(context: AppContext): CommandHandler {
  return { failureTitle: () => l10n.t('Could not show the log'), run: () => context.log.show() };
}

/** Opens the settings of the extension, or the one whose name is the first argument. */
export function openSettings(): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the settings'),
    run: async (...args) => {
      const [wanted] = args;
      if (typeof wanted === 'string' && wanted in settingDefaults)
        await showSettings(`@id:${wanted}`, wanted);
      else await showSettings('tensorlake', 'tensorlake');
    },
  };
}
