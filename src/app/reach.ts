import { l10n } from 'vscode';
import type { SandboxClient } from '../api/data/sandboxClient';
import { isCapableOf } from '../core/sandbox/capabilities';
import { ApiError } from '../core/kernel/errors';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Row } from '../core/list/store';
import type { AppContext } from './appContext';
import { wake } from './wake';
import { resolveTarget, resolveTargets } from './targets';
import type { Connection } from '../host/session/connection';
import { confirmModal } from '../host/editor/messages';
import { UserError } from '../text/kit/failureText';
import { withViewProgress } from '../host/editor/progress';
import { rowName } from '../text/sandbox/rowText';

/** A sandbox that runs, and the way into it. */
export interface Reached {
  readonly sandbox: Sandbox;
  readonly client: SandboxClient;
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
    await withViewProgress(async () => {
      const settle = await wake(context, connection, row.sandbox);
      await settle();
    });
  }
  if (context.connections.current !== connection) throw new ApiError('cancelled', '');
  return await reachRunning(context, connection, id);
}

/** How long a look is believed. Nothing is polled while the window is out of sight, and much can happen then. */
const believedMs = 15_000;

/** A look at one sandbox by itself, which many who come at once share. */
interface Look {
  readonly atMs: number;
  readonly sandbox: Promise<Sandbox>;
}

const looks = new WeakMap<Connection, Map<string, Look>>();

/**
 * Opens the way into a sandbox that runs for certain, and never wakes one: where the last look is too old, the control
 * plane is asked first.
 *
 * @param maxAgeMs of the last look; 0 where something just spoke against it
 * @throws UserError when it does not run
 */
export async function reachRunning(
  context: AppContext,
  connection: Connection,
  sandboxId: string,
  maxAgeMs = believedMs,
): Promise<Reached> {
  const sandbox = await lookAt(context, connection, sandboxId, context.clock.now() - maxAgeMs);
  if (!isCapableOf(sandbox, ['canConnect'])) throw new UserError(l10n.t('The sandbox is not running.'));
  return { sandbox, client: await connection.inside(sandbox), connection };
}

async function lookAt(
  context: AppContext,
  connection: Connection,
  sandboxId: string,
  sinceMs: number,
): Promise<Sandbox> {
  const { status, rows } = context.store.current;
  const listed = rows.get(sandboxId)?.sandbox;
  const isAwake = listed !== undefined && isCapableOf(listed, ['canConnect']);
  // A row that was just created, or just resumed, may not have its address yet.
  if (isAwake && listed.sandboxUrl !== undefined && status.kind === 'fresh' && status.atMs > sinceMs)
    return listed;
  const ofConnection = looks.get(connection) ?? new Map<string, Look>();
  looks.set(connection, ofConnection);
  const last = ofConnection.get(sandboxId);
  // What the list learned since then counts more.
  if (last && last.atMs > sinceMs && (isAwake || listed === undefined)) return await last.sandbox;
  const look: Look = { atMs: context.clock.now(), sandbox: ask(connection, sandboxId) };
  ofConnection.set(sandboxId, look);
  look.sandbox.catch(() => {
    if (ofConnection.get(sandboxId) === look) ofConnection.delete(sandboxId);
  });
  return await look.sandbox;
}

async function ask({ sandboxes, poller, signal }: Connection, sandboxId: string): Promise<Sandbox> {
  const sandbox = await sandboxes.get(sandboxId, signal);
  poller.applyUpdate([sandbox]);
  return sandbox;
}
