import { l10n } from 'vscode';
import { isAbleTo, type Capability } from '../core/sandbox/capabilities';
import { cancelledBy } from '../core/kernel/errors';
import type { Row } from '../core/list/rows';
import type { AppContext } from './appContext';
import { wake } from './wake';
import { resolveTarget, resolveTargets } from './targets';
import type { Connection } from '../host/session/connection';
import { ForeignHostError } from '../host/session/foreignHost';
import type { RunningSandbox } from '../host/session/runningSandboxes';
import { confirmModal } from '../host/editor/dialogs/messages';
import { UserError } from '../text/kit/failureText';
import { withViewProgress } from '../host/editor/dialogs/progress';
import { rowName } from '../text/sandbox/rowText';

/** A sandbox that runs, its inside, and the connection that it belongs to. */
export interface Reached extends RunningSandbox {
  readonly connection: Connection;
}

/**
 * The sandbox a command is to reach into, called with a row, an id, a name or nothing; undefined when the user backed out.
 *
 * @param anyOf what it must allow; by default, any reaching in
 */
export async function resolveReachable(
  context: AppContext,
  args: readonly unknown[],
  question: () => string,
  anyOf?: readonly Capability[],
): Promise<Row | undefined> {
  return await resolveTarget(context, args, reachable(question, anyOf));
}

/** Like `resolveReachable`, for a command that acts on what is selected already and takes another sandbox besides. */
export async function askReachable(context: AppContext, question: () => string): Promise<Row | undefined> {
  return await resolveTarget(context, [], { ...reachable(question), takesDefault: false, asksAlways: true });
}

/** Like `resolveReachable`, for a command that takes several. */
export async function resolveAllReachable(
  context: AppContext,
  args: readonly unknown[],
  question: () => string,
): Promise<readonly Row[]> {
  return await resolveTargets(context, args, reachable(question));
}

function reachable(question: () => string, anyOf: readonly Capability[] = ['canConnect', 'canWake']) {
  return {
    anyOf,
    needsRest: false,
    takesDefault: true,
    question,
    none: () => l10n.t('No running sandbox.'),
  } as const;
}

/**
 * Reaches into a sandbox. A suspended one is resumed first, if the user agrees to that and what it costs.
 *
 * @returns undefined when they do not
 * @throws UserError when it cannot be reached into
 */
export async function reach(context: AppContext, row: Row): Promise<Reached | undefined> {
  const connection = await context.connections.require();
  const { id } = row.sandbox;
  if (isAbleTo(row, ['canWake'], false)) {
    const isAgreed = await confirmModal(
      l10n.t('{0} is suspended. Resume it?', rowName(row)),
      l10n.t('It has to run for this, and is billed until it is suspended again.'),
      l10n.t('Resume'),
    );
    if (!isAgreed) return undefined;
    await withViewProgress(wake(context, connection, row.sandbox).then(settled => settled()));
  }
  if (context.connections.current !== connection) throw cancelledBy(connection.signal, true);
  try {
    return await reachRunning(connection, id);
  } catch (error) {
    return (await agreesToHost(connection, error)) ? await reachRunning(connection, id) : undefined;
  }
}

/**
 * Asks whether the key may go to the host of a sandbox that is not below the domain of the service, after the user
 * asked for something in there. Not for what goes on by itself.
 *
 * @param error what came of the first try; anything but a refused host is thrown again
 */
export async function agreesToHost(connection: Connection, error: unknown): Promise<boolean> {
  if (!(error instanceof ForeignHostError)) throw error;
  return await allowHost(connection, error.host);
}

/** Asks as `agreesToHost` does, beforehand and once for each host of some listed sandboxes. False when the user declines one. */
export async function allowHosts(
  { connections, store }: Pick<AppContext, 'connections' | 'store'>,
  sandboxIds: Iterable<string>,
): Promise<boolean> {
  const connection = await connections.require();
  for (const id of sandboxIds) {
    const row = store.current.rows.get(id);
    const host = row && connection.foreignHostOf(row.sandbox);
    if (host !== undefined && !(await allowHost(connection, host))) return false;
  }
  return true;
}

async function allowHost({ session }: Connection, host: string): Promise<boolean> {
  const isAllowed = await confirmModal(
    l10n.t('Send the API key to {0}?', host),
    l10n.t(
      'The service says that the sandbox is at this host, which is not below the domain of {0}. What is done in the sandbox goes there together with the API key. Allow this only if you know whose host it is. The answer is kept for the profile "{1}".',
      session.endpoint.text,
      session.profile.name,
    ),
    l10n.t('Allow'),
  );
  if (isAllowed) await session.trustedHosts.add(host);
  return isAllowed;
}

/**
 * Reaches into a sandbox that runs for certain, and never wakes one; see `RunningSandboxes`.
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
