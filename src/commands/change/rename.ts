import { l10n } from 'vscode';
import { isEphemeral } from '../../core/sandbox/sandbox';
import type { Row } from '../../core/list/rows';
import type { Connection } from '../../host/session/connection';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { askName, giveName, nameProblem } from './questions/askName';
import { resolveTarget } from '../../app/targets';

/** Renames a sandbox. An ephemeral one becomes named, and can be suspended. */
export function rename(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not rename'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canRename'],
        question: () => l10n.t('Rename which sandbox?'),
        none: () => l10n.t('No sandbox that can be renamed.'),
      });
      if (!row) return;
      const give = async (name: string): Promise<void> => await renameTo(context, connection, row, name);
      if (typeof args[2] !== 'string') {
        await askNewName(context, row, give);
        return;
      }
      const problem = nameProblem(context, args[2], row.sandbox);
      if (problem !== undefined) throw new UserError(problem);
      await give(args[2]);
    },
  };
}

async function renameTo(context: AppContext, connection: Connection, row: Row, name: string): Promise<void> {
  if (name === row.sandbox.name) return;
  await runBatch(context, connection, [row], 'rename', async sandbox => {
    await giveName(context, connection, sandbox, name);
    return undefined;
  });
}

async function askNewName(
  context: AppContext,
  row: Row,
  accept: (name: string) => Promise<void>,
): Promise<void> {
  const { sandbox } = row;
  await askName(context, {
    title: l10n.t('Rename {0}', rowName(row)),
    prompt: isEphemeral(sandbox)
      ? l10n.t('With a name it is no longer ephemeral: it suspends when idle instead of ending.')
      : l10n.t('The id stays the same.'),
    value: sandbox.name ?? '',
    own: sandbox,
    accept,
  });
}
