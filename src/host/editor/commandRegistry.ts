import { commands, l10n } from 'vscode';
import { loadedOnce } from '../../core/kernel/async';
import type { Logger } from '../../core/kernel/logger';
import type { CommandId } from '../../manifest';
import { isCancellation } from '../../text/kit/failureText';
import { reportFailure } from './dialogs/messages';

/** What a command does, and how the message of its failure starts. */
export interface CommandHandler {
  /** The start of the failure message, such as "Could not suspend". */
  readonly failureTitle: () => string;
  /** Takes whatever the editor, a key binding or another extension passes; throws when it fails. */
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** A handler for each of some commands; a missing one does not compile. */
export type CommandHandlers<Id extends CommandId> = Readonly<Record<Id, CommandHandler>>;

/** The one place that runs commands: each run is logged, and each failure is shown once. */
export class CommandRegistry {
  private readonly loaders = new Map<CommandId, () => Promise<CommandHandler>>();

  constructor(private readonly logger: Logger) {}

  /** Adds commands; their handlers are loaded when the first of them runs. */
  addAll<Id extends CommandId>(ids: readonly Id[], load: () => Promise<CommandHandlers<Id>>): void {
    const handlers = loadedOnce(load);
    for (const id of ids) this.loaders.set(id, async () => (await handlers())[id]);
  }

  /** Runs a command for the editor; resolves with its result, if it did not fail. */
  async run(id: CommandId, args: readonly unknown[]): Promise<unknown> {
    this.logger.debug(`${id} started`);
    let failureTitle = (): string => l10n.t('Tensorlake');
    try {
      const handler = await this.loaders.get(id)?.();
      if (!handler) throw new Error('This command has no handler');
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
      void reportFailure(failureTitle(), error, remedy => void commands.executeCommand(remedy));
      return undefined;
    }
  }
}
