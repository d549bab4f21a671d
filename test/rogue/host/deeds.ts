import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, window, workspace, type Terminal } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { replying } from '../../host/support/answers';
import { Transfers } from '../../host/support/transfers';
import type { Deed } from '../attack';
import { sandboxId } from '../server/world';

/** Something that was begun, and how to end it. */
export interface Begun {
  readonly done: PromiseLike<unknown>;
  readonly cancel?: () => unknown;
}

const files = new Transfers(sandboxId);

function download(path: string): Begun {
  const folder = mkdtempSync(join(tmpdir(), 'tl-rogue-'));
  const cancelled = new AbortController();
  const done = files.download(path, folder, { signal: cancelled.signal });
  return {
    done: done.finally(() => rmSync(folder, { recursive: true, force: true })),
    cancel: () => cancelled.abort(),
  };
}

async function closeEditors(): Promise<void> {
  await commands.executeCommand('workbench.action.closeAllEditors');
}

async function refresh(): Promise<void> {
  await commands.executeCommand(commandIds.refresh);
}

/** A program on this machine that prints without end, in a terminal of the editor's own. */
export function printHere(): Begun {
  const terminal = window.createTerminal({ name: 'yes', shellPath: '/bin/sh', shellArgs: ['-c', 'yes'] });
  terminal.show();
  return { done: new Promise(() => undefined), cancel: () => terminal.dispose() };
}

/** What a user does, by name. */
export const deeds: Readonly<Record<Deed, () => Begun>> = {
  refresh: () => ({ done: commands.executeCommand(commandIds.refresh) }),
  terminal: () => {
    const before = new Set<Terminal>(window.terminals);
    return {
      done: commands.executeCommand(commandIds.openTerminal, sandboxId),
      cancel: async () => {
        await commands.executeCommand('workbench.action.closeQuickOpen');
        for (const terminal of window.terminals) if (!before.has(terminal)) terminal.dispose();
      },
    };
  },
  run: () => ({
    done: commands.executeCommand(commandIds.runCommand, sandboxId, undefined, { command: 'true' }),
    cancel: () => commands.executeCommand(commandIds.cancelRun),
  }),
  listFolder: () => ({ done: workspace.fs.readDirectory(files.at('/folder')) }),
  readFile: () => ({ done: workspace.fs.readFile(files.at('/file')) }),
  downloadFile: () => download('/file'),
  downloadFolder: () => download('/folder'),
  logs: () => ({ done: commands.executeCommand(commandIds.showLogs, sandboxId), cancel: closeEditors }),
  details: () => ({
    done: commands.executeCommand(commandIds.showDetails, sandboxId).then(refresh),
    cancel: closeEditors,
  }),
  rawJson: () => ({
    done: commands.executeCommand(commandIds.showRawJson, sandboxId).then(refresh),
    cancel: closeEditors,
  }),
  processes: () => ({
    done: replying({}, async () => await commands.executeCommand(commandIds.signalProcess, sandboxId)),
  }),
};
