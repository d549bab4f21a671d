import { commands, type Disposable } from 'vscode';
import { DisposableStore, type DisposableLike } from '../core/disposable';
import type { Logger } from '../core/logger';
import type { CommandId } from '../manifest';
import { isCancellation, reportFailure } from './messages';

/** What a command does, and what is said when it fails. */
export interface CommandHandler {
  /** The start of the failure message, such as "Could not suspend". Evaluated only then. */
  readonly failureTitle: () => string;
  /** Takes whatever the editor, a key binding or another extension passes; throws what went wrong. */
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** A handler for each command; a missing one does not compile. */
export type CommandHandlers = Readonly<Record<CommandId, CommandHandler>>;

/** The one place that registers commands: each is logged, and each failure told once. */
export class CommandRegistry implements DisposableLike {
  private readonly disposables = new DisposableStore();

  constructor(private readonly logger: Logger) {}

  /** Registers every command; what they do is loaded when the first one runs. */
  registerAll(ids: readonly CommandId[], load: () => Promise<CommandHandlers>): void {
    let handlers: Promise<CommandHandlers> | undefined;
    for (const id of ids)
      this.disposables.add(this.register(id, async () => (await (handlers ??= load()))[id]));
  }

  /** Runs one of the extension's commands. */
  readonly run = (id: CommandId, ...args: readonly unknown[]): void => {
    void commands.executeCommand(id, ...args);
  };

  dispose(): void {
    this.disposables.dispose();
  }

  private register(id: CommandId, load: () => Promise<CommandHandler>): Disposable {
    return commands.registerCommand(id, async (...args: unknown[]) => {
      this.logger.debug(`${id} started`);
      const handler = await load();
      try {
        const result: unknown = await handler.run(...args);
        this.logger.debug(`${id} done`);
        return result;
      } catch (error) {
        if (isCancellation(error)) {
          this.logger.debug(`${id} cancelled`);
          return undefined;
        }
        this.logger.error(`${id} failed: ${error instanceof Error ? error.message : String(error)}`);
        void reportFailure(handler.failureTitle(), error, this.run);
        return undefined;
      }
    });
  }
}
