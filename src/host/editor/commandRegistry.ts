import { commands, l10n, type Disposable } from 'vscode';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import type { CommandId } from '../../manifest';
import { isCancellation } from '../../text/kit/failureText';
import { reportFailure } from './messages';

/** What a command does, and how the message of its failure starts. */
export interface CommandHandler {
  /** The start of the failure message, such as "Could not suspend". */
  readonly failureTitle: () => string;
  /** Takes whatever the editor, a key binding or another extension passes; throws when it fails. */
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** A handler for each of some commands; a missing one does not compile. */
export type CommandHandlers<Id extends CommandId> = Readonly<Record<Id, CommandHandler>>;

/** The one place that registers commands: each run is logged, and each failure is shown once. */
export class CommandRegistry implements DisposableLike {
  private readonly disposables = new DisposableStore();

  constructor(private readonly logger: Logger) {}

  /** Registers commands; their handlers are loaded when the first of them runs. */
  registerAll<Id extends CommandId>(ids: readonly Id[], load: () => Promise<CommandHandlers<Id>>): void {
    let handlers: Promise<CommandHandlers<Id>> | undefined;
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
      let failureTitle = (): string => l10n.t('Tensorlake');
      try {
        const handler = await load();
        failureTitle = handler.failureTitle;
        const result: unknown = await handler.run(...args);
        this.logger.debug(`${id} done`);
        return result;
      } catch (error) {
        if (isCancellation(error)) {
          this.logger.debug(`${id} cancelled`);
          return undefined;
        }
        this.logger.error(`${id} failed: ${error instanceof Error ? error.message : String(error)}`);
        void reportFailure(failureTitle(), error, this.run);
        return undefined;
      }
    });
  }
}
