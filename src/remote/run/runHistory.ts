import type { Memento } from 'vscode';
import { readTimeout, readUser, readWorkingDir, type RunOptions } from '../../core/run/runOptions';

/** Command lines of earlier runs, newest first. */
export type CommandLines = readonly string[];

const maxEntries = 50;

/** In UTF-16 units; longer lines are not kept. */
const maxLength = 4_096;

/** Parses the stored history; anything other than text is dropped. @internal */
export function readRunHistory(kept: unknown): CommandLines {
  if (!Array.isArray(kept)) return [];
  return kept
    .filter((line): line is string => typeof line === 'string')
    .reduceRight<CommandLines>((history, line) => rememberLine(history, line), []);
}

/**
 * Moves or adds a line to the front. As in a shell, a line that begins with a space is not kept, so that commands with
 * secrets can stay out of the history.
 *
 * @internal
 */
export function rememberLine(history: CommandLines, line: string): CommandLines {
  const text = line.trimEnd();
  if (text === '' || /^\s/.test(text) || text.length > maxLength) return history;
  return [text, ...forgetLine(history, text)].slice(0, maxEntries);
}

/** @internal */
export function forgetLine(history: CommandLines, line: string): CommandLines {
  return history.filter(each => each !== line);
}

const historyKey = 'tensorlake.runHistory';

const optionsKey = 'tensorlake.runOptions';

/**
 * Command lines and options of the runs in this workspace. Variables are kept for the window only: their values may be
 * secret, and workspace storage is a plain file.
 */
export class RunHistory {
  private env: Readonly<Record<string, string>> = {};

  constructor(private readonly memento: Memento) {}

  get lines(): CommandLines {
    return readRunHistory(this.memento.get(historyKey));
  }

  async remember(line: string): Promise<void> {
    await this.memento.update(historyKey, rememberLine(this.lines, line));
  }

  async forget(line: string): Promise<void> {
    await this.memento.update(historyKey, forgetLine(this.lines, line));
  }

  async forgetAll(): Promise<void> {
    await this.memento.update(historyKey, undefined);
  }

  /** Forgets what is kept for the window only. */
  forgetVariables(): void {
    this.env = {};
  }

  get options(): RunOptions {
    const kept: unknown = this.memento.get(optionsKey);
    const text = (key: string): string => {
      const value: unknown = typeof kept === 'object' && kept !== null ? Reflect.get(kept, key) : undefined;
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    };
    const workingDir = readWorkingDir(text('workingDir'));
    const user = readUser(text('user'));
    const timeout = readTimeout(text('timeoutSecs'));
    return {
      ...('ok' in workingDir && { workingDir: workingDir.ok }),
      ...('ok' in user && { user: user.ok }),
      ...('ok' in timeout && { timeoutSecs: timeout.ok }),
      env: this.env,
    };
  }

  async setOptions({ env = {}, ...kept }: RunOptions): Promise<void> {
    this.env = env;
    await this.memento.update(optionsKey, kept);
  }
}
