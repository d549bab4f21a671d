import { commands, l10n, window, workspace } from 'vscode';
import type { CommandHandler } from '../host/commandRegistry';
import type { Connection } from '../host/connection';
import { sandboxUri, type DocumentKind } from '../host/sandboxUri';
import type { CommandContext } from './commandContext';
import { resolveTarget } from './targets';

/** Opens a read-only page about a sandbox: its facts in words, or the object as the service sent it. */
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
      const uri = sandboxUri(kind, row.sandbox);
      if (kind === 'details') {
        await commands.executeCommand('markdown.showPreview', uri);
        return;
      }
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
  };
}

/** Asks for the sandbox once more; the page follows the store. Where that fails, what is known stays on it. */
async function learnLatest(context: CommandContext, connection: Connection, id: string): Promise<void> {
  const { control, poller, signal } = connection;
  if (!context.store.current.rows.has(id)) return;
  try {
    poller.learn([await control.get(id, signal)]);
  } catch (error) {
    context.log.debug(
      `The page shows what is known: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
