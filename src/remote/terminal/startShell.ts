import { l10n, type QuickPickItem } from 'vscode';
import { ApiError } from '../../core/kernel/errors';
import { isOwnProcess } from '../../core/processes/ownProcess';
import type { Row } from '../../core/list/rows';
import type { TerminalSession, TerminalTicket } from '../../core/terminal/terminalSession';
import type { Clock } from '../../core/kernel/time/clock';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { askMany } from '../../host/editor/dialogs/quickPick';
import { UserError } from '../../text/kit/failureText';
import { partialListText } from '../../text/kit/listText';
import { rowName } from '../../text/sandbox/rowText';
import { plainText, separator } from '../../text/kit/plainText';
import { shortAge } from '../../text/kit/units';
import type { Reached } from '../../app/reach';
import type { TerminalRecord } from '../../core/terminal/detachedShell';
import { shellArgs } from './model/shellArgs';

/** Shells to try, in order of preference. */
const programs = ['/bin/bash', '/bin/sh'] as const;

const environment = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

/** Limit of terminals per sandbox, including those that ended within the last minute (API reference section 3.7). */
const mostTerminals = 64;

/** The service counts a terminal for up to 5 s after it was told to end it (API reference section 3.7); this is longer. */
const roomWithinMs = 8_000;
const lookAgainMs = 300;

/** The shells that this window started. */
export interface KnownShells {
  /** Whether a terminal of this window shows the shell. */
  shows(sessionId: string): boolean;
  /** Detached shells of a sandbox. */
  detached(sandboxId: string): readonly Pick<TerminalRecord, 'sessionId'>[];
  readonly records: { forget(sessionId: string): Promise<void> };
}

/** A shell that is running. */
export interface StartedShell {
  readonly command: string;
  readonly ticket: TerminalTicket;
}

/**
 * Starts a shell: bash, or sh if there is no bash. If the sandbox has reached its limit of terminals, the user chooses
 * which of them to end.
 *
 * @param path folder to start in; the home folder by default
 * @returns undefined when the user backed out
 * @throws UserError when there is no shell, no such folder, or no room; ApiError as calls do
 */
export async function startShell(
  shells: KnownShells,
  clock: Clock,
  row: Row,
  reached: Reached,
  path: string | undefined,
): Promise<StartedShell | undefined> {
  try {
    return await startFirst(reached, path);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  if (!(await makeRoom(shells, clock, row, reached))) return undefined;
  try {
    return await startFirst(reached, path);
  } catch (error) {
    throw isFull(error) ? noRoomYet(row) : error;
  }
}

async function startFirst(
  { client, connection: { signal } }: Reached,
  path: string | undefined,
): Promise<StartedShell> {
  for (const command of programs) {
    const request = {
      command,
      args: shellArgs(command),
      env: environment,
      ...(path !== undefined && { workingDir: path }),
    };
    try {
      return { command, ticket: await client.terminals.create(request, signal) };
    } catch (error) {
      // Either the program or the folder is missing; the service does not report which.
      if (!ApiError.is(error, 'server') || error.status !== 500) throw error;
    }
  }
  throw new UserError(
    path === undefined
      ? l10n.t('The sandbox has neither bash nor sh.')
      : l10n.t('No shell could be started in {0}. Is it a folder of the sandbox?', plainText(path)),
  );
}

function isFull(error: unknown): boolean {
  return ApiError.is(error) && error.code === 'TOO_MANY_SESSIONS';
}

function noRoomYet(row: Row): UserError {
  return new UserError(
    l10n.t(
      '{0} has all of the {1} terminals that a sandbox can have. One that has ended counts for a minute more: try again then.',
      rowName(row),
      mostTerminals,
    ),
  );
}

/** Returns whether a terminal was ended. @throws UserError when there is none left to end */
async function makeRoom(shells: KnownShells, clock: Clock, row: Row, reached: Reached): Promise<boolean> {
  const { client, connection } = reached;
  const { signal } = connection;
  const { entries, isCut } = await client.terminals.list(signal);
  const sessions = entries.filter(session => session.isAlive);
  if (sessions.length === 0) throw noRoomYet(row);
  const detached = new Set(shells.detached(row.sandbox.id).map(({ sessionId }) => sessionId));
  const isLeft = ({ id, clients }: TerminalSession): boolean => clients === 0 || detached.has(id);
  const now = clock.now();
  const items = [...sessions]
    .sort((a, b) => Number(isLeft(b)) - Number(isLeft(a)) || (a.createdAtMs ?? now) - (b.createdAtMs ?? now))
    .map(session => ({ ...describe(session, use(session), now), answer: session }));
  function use(session: TerminalSession): string | undefined {
    if (shells.shows(session.id)) return l10n.t('open in this window');
    return isLeft(session) ? l10n.t('nobody is attached') : undefined;
  }
  const answer = await askMany({
    title: l10n.t('{0} Has All of the {1} Terminals a Sandbox Can Have', rowName(row), mostTerminals),
    placeholder: [
      l10n.t('Choose those to end, with what runs in them, to make room for another'),
      ...(isCut ? [partialListText()] : []),
    ].join(separator),
    items,
  });
  const chosen = answer.kind === 'value' ? answer.value : [];
  for (const session of chosen) {
    await client.terminals.kill(session.id, signal);
    if (detached.has(session.id)) await shells.records.forget(session.id);
  }
  if (chosen.length > 0) await withViewProgress(untilThereIsRoom(clock, reached));
  return chosen.length > 0;
}

/** Waits until the sandbox lists fewer terminals than it can have, for a bounded time. */
async function untilThereIsRoom(clock: Clock, { client, connection: { signal } }: Reached): Promise<void> {
  const end = clock.monotonic() + roomWithinMs;
  while ((await client.terminals.list(signal)).entries.length >= mostTerminals && clock.monotonic() < end) {
    await new Promise<void>(resolve => clock.after(lookAgainMs, resolve));
  }
}

function describe(
  { command, args, createdAtMs }: TerminalSession,
  use: string | undefined,
  nowMs: number,
): QuickPickItem {
  const parts = [
    use,
    createdAtMs === undefined ? undefined : l10n.t('opened {0} ago', shortAge(createdAtMs, nowMs)),
  ];
  return {
    label: plainText([command, ...(isOwnProcess({ args }) ? [] : args)].join(' '), 80),
    description: parts.filter(part => part !== undefined).join(separator),
  };
}
