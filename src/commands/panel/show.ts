import { l10n, window, workspace } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { sandboxUri, type DocumentKind } from '../../host/editor/documents/documentUris';
import type { AppContext } from '../../app/appContext';
import type { SandboxPages } from '../../app/features';
import { resolveTarget } from '../../app/targets';

/** Shows a sandbox: its details, or the JSON that the service sent. Both are kept up to date. */
export function show(context: AppContext, pages: SandboxPages, kind: DocumentKind): CommandHandler {
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
      void readLatest(context, connection, row.sandbox.id);
      if (kind === 'details') await pages.open(row.sandbox);
      else
        await window.showTextDocument(await workspace.openTextDocument(sandboxUri(row.sandbox)), {
          preview: true,
        });
    },
  };
}

/** Reads the sandbox once more, for the page to show. If that fails, the page shows what is known. */
async function readLatest(context: AppContext, connection: Connection, id: string): Promise<void> {
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
