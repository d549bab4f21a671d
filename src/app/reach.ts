import { l10n } from 'vscode';
import { isCapableOf } from '../core/sandbox/capabilities';
import { ApiError } from '../core/kernel/errors';
import type { Row } from '../core/list/store';
import type { AppContext } from './appContext';
import { wake } from './wake';
import { resolveTarget, resolveTargets } from './targets';
import type { Connection } from '../host/session/connection';
import type { RunningSandbox } from '../host/session/runningSandboxes';
import { confirmModal } from '../host/editor/messages';
import { UserError } from '../text/kit/failureText';
import { withViewProgress } from '../host/editor/progress';
import { rowName } from '../text/sandbox/rowText';

/** A sandbox that runs, and the way into it. */
export interface Reached extends RunningSandbox {
  readonly connection: Connection;
}

/** The sandbox a command is to reach into, called with a row, an id, a name or nothing; undefined when the user backed out. */
export async function resolveReachable(
  context: AppContext,
  args: readonly unknown[],
  question: () => string,
): Promise<Row | undefined> {
  return await resolveTarget(context, args, reachable(question));
}

/** Like `resolveReachable`, for a command that takes several. */
export async function resolveAllReachable(
  context: AppContext,
  args: readonly unknown[],
  question: () => string,
): Promise<readonly Row[]> {
  return await resolveTargets(context, args, reachable(question));
}

function reachable(question: () => string) {
  return {
    anyOf: ['canConnect', 'canWake'],
    needsRest: false,
    question,
    none: () => l10n.t('No running sandbox.'),
  } as const;
}

/**
 * Opens the way into a sandbox. A suspended one is resumed first, if the user agrees to that and what it costs.
 *
 * @returns undefined when they do not
 * @throws UserError when it cannot be reached into
 */
export async function reach(context: AppContext, row: Row): Promise<Reached | undefined> {
  const connection = await context.connections.require();
  const { id } = row.sandbox;
  if (isCapableOf(row.sandbox, ['canWake'])) {
    const isAgreed = await confirmModal(
      l10n.t('{0} is suspended. Resume it?', rowName(row)),
      l10n.t('It has to run for this, and is billed until it is suspended again.'),
      l10n.t('Resume'),
    );
    if (!isAgreed) return undefined;
    await withViewProgress(wake(context, connection, row.sandbox).then(settled => settled()));
  }
  if (context.connections.current !== connection) throw new ApiError('cancelled', '');
  return await reachRunning(connection, id);
}

/**
 * Opens the way into a sandbox that runs for certain, and never wakes one; see `RunningSandboxes`.
 *
 * @param maxAgeMs of what is known of it; 0 where something just spoke against it
 * @throws UserError when it does not run
 */
export async function reachRunning(
  connection: Connection,
  sandboxId: string,
  maxAgeMs?: number,
): Promise<Reached> {
  const running = await connection.running.get(sandboxId, maxAgeMs);
  if (!running) throw new UserError(l10n.t('The sandbox is not running.'));
  return { ...running, connection };
}
