import { l10n } from 'vscode';
import { ApiError } from '../core/errors';
import type { SettledTest } from '../core/followers';
import { mapLimited } from '../core/mapLimited';
import type { Sandbox } from '../core/sandbox';
import type { ActionKind, Row } from '../core/store';
import { BatchError, isCancellation, UserError } from '../host/messages';
import { rowName } from '../host/rowText';
import { stateWord } from '../host/words';
import type { CommandContext } from './commandContext';

/** Requests a batch has under way at once. */
const concurrency = 4;

/**
 * Does something to each sandbox: the rows say so at once, and go back to what they were as each one ends.
 *
 * @throws BatchError naming every sandbox it failed for
 */
export async function runBatch(
  context: CommandContext,
  rows: readonly Row[],
  action: ActionKind,
  act: (sandbox: Sandbox) => Promise<unknown>,
): Promise<void> {
  const { store } = context;
  store.setAction(
    rows.map(row => row.sandbox.id),
    action,
  );
  const outcomes = await mapLimited(rows, concurrency, async row => {
    try {
      await act(row.sandbox);
      return undefined;
    } catch (error) {
      return { name: rowName(row), error };
    } finally {
      store.setAction([row.sandbox.id], undefined);
    }
  });
  const failures = outcomes.filter(outcome => outcome !== undefined && !isCancellation(outcome.error));
  if (failures.length > 0)
    throw new BatchError(
      failures.filter(failure => failure !== undefined),
      rows.length,
    );
}

/**
 * Waits until a sandbox has come to rest.
 *
 * @throws UserError when it rests elsewhere than at `goal`, or takes longer than followers wait
 */
export async function followTo(
  context: CommandContext,
  sandbox: Sandbox,
  goal: Sandbox['state'],
  isSettled: SettledTest,
): Promise<void> {
  const outcome = await context.connections.require().poller.follow(sandbox.id, isSettled);
  switch (outcome.kind) {
    case 'settled': {
      const { state, rawState, errorDetails, terminationReason } = outcome.sandbox;
      if (state === goal) return;
      const why = errorDetails ?? terminationReason;
      const where = l10n.t('It is now {0}.', stateWord(state, rawState));
      throw new UserError(why === undefined ? where : l10n.t('{0} Reason: {1}', where, why));
    }
    case 'gone':
      if (goal === 'terminated') return;
      throw new ApiError('notFound', '');
    case 'tooLong':
      throw new UserError(l10n.t('It takes unusually long; the list will show when it is done.'));
    case 'stopped':
      throw new ApiError('cancelled', '');
  }
}
