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

/** The one place that registers commands: each is logged, and each failure told once. */
export class CommandRegistry implements DisposableLike {
  private readonly disposables = new DisposableStore();

  constructor(private readonly logger: Logger) {}

  registerAll(handlers: Readonly<Record<CommandId, CommandHandler>>): void {
    for (const [id, handler] of Object.entries(handlers)) this.disposables.add(this.register(id, handler));
  }

  /** Runs one of the extension's commands. */
  readonly run = (id: CommandId, ...args: readonly unknown[]): void => {
    void commands.executeCommand(id, ...args);
  };

  dispose(): void {
    this.disposables.dispose();
  }

  private register(id: string, handler: CommandHandler): Disposable {
    return commands.registerCommand(id, async (...args: unknown[]) => {
      this.logger.debug(`${id} started`);
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
