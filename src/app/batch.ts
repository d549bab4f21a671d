import { l10n } from 'vscode';
import { ApiError, cancelledBy } from '../core/kernel/errors';
import { followMove, type Move, type MoveOutcome } from '../core/list/moves';
import type { SettledTest } from '../core/list/polling/transitionWatcher';
import { mapLimited } from '../core/kernel/async';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { ActionKind, Row } from '../core/list/rows';
import type { Connection } from '../host/session/connection';
import { BatchError, isCancellation, UserError } from '../text/kit/failureText';
import { rowName } from '../text/sandbox/rowText';
import { stateWord } from '../text/sandbox/stateText';
import type { AppContext } from './appContext';

/** Requests of a batch that are under way at once. There is no limit to the transitions that are waited for. */
const concurrency = 4;

/** Waits until the transition that a request started is over. */
export type FollowUp = () => Promise<unknown>;

interface Failure {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Does something to each sandbox. Its row shows the action at once, until the action is over.
 *
 * @param connection the one the rows were chosen with; nothing is sent once the account has changed
 * @param send makes the request, and may return a function that waits until its transition is over
 * @throws BatchError naming each sandbox for which it failed
 */
export async function runBatch(
  context: AppContext,
  connection: Connection,
  rows: readonly Row[],
  action: ActionKind,
  send: (sandbox: Sandbox) => Promise<FollowUp | undefined>,
): Promise<void> {
  const { store, connections } = context;
  store.setAction(
    rows.map(row => row.sandbox.id),
    action,
  );
  const started = await mapLimited(rows, concurrency, async row => {
    const failed = (error: unknown): Failure => ({ name: rowName(row), error });
    const clear = (): void => store.setAction([row.sandbox.id], undefined, action);
    try {
      if (connections.current !== connection)
        throw new UserError(l10n.t('The account changed; nothing was done.'));
      const followUp = await send(row.sandbox);
      const settled = Promise.resolve(followUp?.()).then(() => undefined, failed);
      return { outcome: settled.finally(clear) };
    } catch (error) {
      clear();
      return { outcome: Promise.resolve(failed(error)) };
    }
  });
  const outcomes = await Promise.all(started.map(({ outcome }) => outcome));
  const failures = outcomes
    .filter(outcome => outcome !== undefined)
    .filter(({ error }) => !isCancellation(error));
  if (failures.length > 0) throw new BatchError(failures, rows.length);
}

/**
 * Waits until a sandbox is in no transition.
 *
 * @param boundMs how long, if not as long as usual
 * @throws UserError when it ends in another state than `goal`, or takes too long
 */
export async function followTo(
  context: AppContext,
  connection: Connection,
  { id }: Pick<Sandbox, 'id'>,
  goal: Sandbox['state'],
  isSettled: SettledTest,
  boundMs?: number,
): Promise<void> {
  requireGoal(context, connection, id, goal, await connection.poller.follow(id, isSettled, boundMs));
}

/**
 * Waits until what a request asked for is done. That the service answered proves nothing; what it says of the sandbox
 * does.
 *
 * @throws UserError when nothing happens, when it ends in another state, or takes too long
 */
export async function followRequest(
  context: AppContext,
  connection: Connection,
  { id }: Sandbox,
  move: Move,
): Promise<void> {
  requireGoal(context, connection, id, move.goal, await followMove(connection.poller, id, move));
}

function requireGoal(
  context: AppContext,
  { signal }: Connection,
  id: string,
  goal: Sandbox['state'],
  outcome: MoveOutcome,
): void {
  switch (outcome.kind) {
    case 'settled': {
      const { state, rawState, errorDetails, terminationReason } = outcome.item;
      if (state === goal) return;
      const isOurDoing = state === 'terminated' && context.store.current.rows.get(id)?.action === 'terminate';
      if (isOurDoing) throw new ApiError('cancelled', '');
      const why = errorDetails ?? terminationReason;
      const where = l10n.t('It is now {0}.', stateWord(state, rawState));
      throw new UserError(why === undefined ? where : l10n.t('{0} Reason: {1}', where, why));
    }
    case 'unchanged':
      throw new UserError(
        outcome.item
          ? l10n.t(
              'Tensorlake answered, but nothing happened: it is still {0}.',
              stateWord(outcome.item.state, outcome.item.rawState),
            )
          : unreadText(),
      );
    case 'gone':
      if (goal === 'terminated') return;
      throw new ApiError('notFound', '');
    case 'tooLong':
      throw new UserError(l10n.t('It takes unusually long; the list will show when it is done.'));
    case 'stopped':
      // Without an end of the session, it is the service that lets nobody look any more.
      throw signal.aborted ? cancelledBy(signal) : new UserError(unreadText());
  }
}

function unreadText(): string {
  return l10n.t('Tensorlake answered, but what became of it cannot be read now. The list will show it.');
}
