import { commands, l10n, window, workspace } from 'vscode';
import { ApiError } from '../core/errors';
import type { CommandHandler } from '../host/commandRegistry';
import { sandboxUri, type DocumentKind } from '../host/sandboxUri';
import type { CommandContext } from './commandContext';
import { resolveTarget } from './targets';

/** Opens a read-only page about a sandbox: its facts in words, or the object as the service sent it. */
export function show(context: CommandContext, kind: DocumentKind): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the sandbox'),
    run: async (...args) => {
      const row = await resolveTarget(context, args, {
        anyOf: [],
        needsRest: false,
        question: () => l10n.t('Show which sandbox?'),
        none: () => l10n.t('No sandbox to show.'),
      });
      if (!row) return;
      await learnLatest(context, row.sandbox.id);
      const uri = sandboxUri(kind, row.sandbox);
      if (kind === 'details') {
        await commands.executeCommand('markdown.showPreview', uri);
        return;
      }
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
  };
}

/** Asks for the sandbox once more; where that fails, what is known is shown all the same. */
async function learnLatest(context: CommandContext, id: string): Promise<void> {
  const { control, poller, signal } = context.connections.require();
  if (!context.store.current.rows.has(id)) return;
  try {
    poller.learn([await control.get(id, signal)]);
  } catch (error) {
    if (!ApiError.is(error)) throw error;
  }
}
