import { l10n, window, workspace } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { sandboxUri, type DocumentKind } from '../../host/editor/documentUris';
import type { CommandContext } from '../../app/appContext';
import { resolveTarget } from '../../app/targets';

/** Shows a sandbox: its facts in words on a page, or the object as the service sent it. Both follow the sandbox. */
export function show(context: CommandContext, kind: DocumentKind): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the sandbox'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: [],
        needsRest: false,
        question: () => l10n.t('Show which sandbox?'),
        none: () => l10n.t('No sandbox to show.'),
      });
      if (!row) return;
      void learnLatest(context, connection, row.sandbox.id);
      if (kind === 'details') await context.pages.open(row.sandbox);
      else
        await window.showTextDocument(await workspace.openTextDocument(sandboxUri(row.sandbox)), {
          preview: true,
        });
    },
  };
}

/** Asks for the sandbox once more; the page follows the store. Where that fails, what is known stays on it. */
async function learnLatest(context: CommandContext, connection: Connection, id: string): Promise<void> {
  const { sandboxes, poller, signal } = connection;
  if (!context.store.current.rows.has(id)) return;
  try {
    poller.applyUpdate([await sandboxes.get(id, signal)]);
  } catch (error) {
    context.log.debug(
      `The page shows what is known: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
