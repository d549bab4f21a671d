import { l10n, window, type QuickPickItem } from 'vscode';
import { ApiError } from '../../core/errors';
import type { Row } from '../../core/store';
import type { TerminalSession, TerminalTicket } from '../../core/terminalSession';
import type { CommandContext } from '../../commands/commandContext';
import { UserError } from '../../host/messages';
import { rowName } from '../../host/rowText';
import { plainText, separator, shortAge } from '../../host/words';
import type { Reached } from '../reach';

/** What a sandbox starts as a shell, in the order of preference. */
const shells = ['/bin/bash', '/bin/sh'] as const;

const environment = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

/** A shell that runs. */
export interface StartedShell {
  readonly command: string;
  readonly ticket: TerminalTicket;
}

/**
 * Starts a shell: bash, or sh where there is no bash. A sandbox that has as many terminals as it can have is made room in
 * first, if the user chooses which of them end.
 *
 * @param path folder to start in; the home directory when absent
 * @returns undefined when the user backed out
 */
export async function startShell(
  context: CommandContext,
  row: Row,
  reached: Reached,
  path: string | undefined,
): Promise<StartedShell | undefined> {
  try {
    return await startFirst(reached, path);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  return (await makeRoom(context, row, reached)) ? await startFirst(reached, path) : undefined;
}

async function startFirst(
  { client, connection: { signal } }: Reached,
  path: string | undefined,
): Promise<StartedShell> {
  for (const command of shells) {
    const request = { command, env: environment, ...(path !== undefined && { workingDir: path }) };
    try {
      return { command, ticket: await client.terminals.create(request, signal) };
    } catch (error) {
      // The program is missing, or the folder; which, the service does not tell.
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

/** Whether something was ended. */
async function makeRoom(
  context: CommandContext,
  row: Row,
  { client, connection: { signal } }: Reached,
): Promise<boolean> {
  const now = context.clock.now();
  const sessions = await client.terminals.list(signal);
  const items = sessions
    .filter(session => session.isAlive)
    .map(session => ({ ...describe(session, now), session }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    title: l10n.t('{0} Has as Many Terminals as a Sandbox Can Have', rowName(row)),
    placeHolder: l10n.t('Choose those to end, to make room for another'),
    ignoreFocusOut: true,
  });
  for (const { session } of chosen ?? []) await client.terminals.kill(session.id, signal);
  return chosen !== undefined && chosen.length > 0;
}

function describe({ command, args, createdAtMs, clients }: TerminalSession, nowMs: number): QuickPickItem {
  const parts = [
    createdAtMs === undefined ? undefined : shortAge(createdAtMs, nowMs),
    clients === 0 ? l10n.t('nobody is attached') : undefined,
  ];
  return {
    label: plainText([command, ...args].join(' '), 80),
    description: parts.filter(part => part !== undefined).join(separator),
  };
}
