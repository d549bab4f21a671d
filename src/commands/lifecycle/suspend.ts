import { l10n } from 'vscode';
import { isEphemeral, type Sandbox } from '../../core/sandbox/sandbox';
import { isAmbiguous } from '../../core/kernel/errors';
import { moves } from '../../core/list/moves';
import type { Row } from '../../core/list/rows';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { errorText, isCancellation, UncertainError, UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { followRequest, runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { askName, giveName } from '../change/questions/askName';
import { sendOffered } from '../../app/offered';
import { resolveTargets } from '../../app/targets';

/** Suspends running sandboxes. The service suspends only named ones, so an ephemeral one is offered a name first. */
export function suspend(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not suspend'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canSuspend', 'canNameAndSuspend'],
        question: () => l10n.t('Suspend which sandbox?'),
        none: () => l10n.t('No running sandbox to suspend.'),
      });
      const isNameless = await areNameless(connection, rows);
      const names = isNameless ? new Map<string, string>() : await namesForEphemeral(context, rows);
      const chosen = rows.filter(
        ({ sandbox }) => isNameless || !isEphemeral(sandbox) || names.has(sandbox.id),
      );
      await suspendAndFollow(context, connection, chosen, names);
    },
  };
}

/**
 * Suspends sandboxes and waits until they are suspended.
 *
 * @param names by id, the names that ephemeral ones are given first
 * @throws BatchError naming each sandbox for which it failed
 */
export async function suspendAndFollow(
  context: AppContext,
  connection: Connection,
  rows: readonly Row[],
  names: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await runBatch(context, connection, rows, 'suspend', async sandbox => {
    const name = names.get(sandbox.id);
    if (name !== undefined)
      await giveName(context, connection, sandbox, name).catch((error: unknown) => {
        if (!isAmbiguous(error) || isCancellation(error)) throw error;
        throw new UncertainError(
          l10n.t(
            '{0} It may be named {1} now; then it suspends when idle instead of ending.',
            errorText(error),
            name,
          ),
        );
      });
    const named = tellingName(context, sandbox, name);
    await sendOffered(context, connection, sandbox, 'suspend', () =>
      connection.sandboxes.suspend(sandbox.id, connection.signal),
    ).catch(named);
    return () => followRequest(context, connection, sandbox, moves.suspend).catch(named);
  });
}

/** Adds to a failure that a sandbox which has not ended got a name, with which it no longer ends when it is idle. */
function tellingName(
  { store }: AppContext,
  { id }: Sandbox,
  name: string | undefined,
): (error: unknown) => never {
  return error => {
    const row = store.current.rows.get(id);
    const isOver = !row || row.sandbox.state === 'terminated';
    if (name === undefined || isOver || isCancellation(error)) throw error;
    throw new UserError(
      l10n.t('{0} It is named {1} now, so it suspends when idle instead of ending.', errorText(error), name),
    );
  };
}

/** Whether a name would be asked for in vain, as the server takes none. */
async function areNameless({ sandboxes }: Connection, rows: readonly Row[]): Promise<boolean> {
  return rows.some(({ sandbox }) => isEphemeral(sandbox)) && (await sandboxes.areOpenSource());
}

/** Asks for a name for each ephemeral sandbox. Those without one are left running. */
async function namesForEphemeral(
  context: AppContext,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const row of rows.filter(({ sandbox }) => isEphemeral(sandbox))) {
    const name = await askName(context, {
      title: l10n.t('Name {0} to Suspend It', rowName(row)),
      prompt: l10n.t(
        'Only named sandboxes can be suspended. Give it a name, or press Escape to leave it running.',
      ),
      taken: new Set(names.values()),
    });
    if (name !== undefined) names.set(row.sandbox.id, name);
  }
  return names;
}
