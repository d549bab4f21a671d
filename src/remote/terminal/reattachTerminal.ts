import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { offer } from '../../host/editor/dialogs/messages';
import { commandIds } from '../../manifest';
import { rowName } from '../../text/sandbox/rowText';
import { resolveRecord } from './pickTerminal';
import type { EndedShell, Terminals } from './terminals';
import { inBackground } from '../../core/kernel/unexpected';

/** Opens a terminal that reattaches to a detached shell. */
export function reattachTerminal(app: AppContext, terminals: Terminals): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not reattach'),
    run: async target => {
      const record = await resolveRecord(app, terminals, target, l10n.t('Reattach to which terminal?'));
      const over = record && (await terminals.reattach(record));
      if (!over) return;
      inBackground(
        offer(endedText(over), l10n.t('Open New Terminal')).then(async isWanted => {
          if (isWanted) await commands.executeCommand(commandIds.openTerminal, record.sandboxId);
        }),
      );
    },
  };
}

/** Message about a shell that has ended; its session is listed for another minute. */
function endedText({ row, session }: EndedShell): string {
  if (!session)
    return l10n.t(
      'The shell in {0} has ended: the service ends one that nobody is attached to for 5 minutes.',
      rowName(row),
    );
  const { exitCode } = session;
  return exitCode === undefined || exitCode < 0
    ? l10n.t('The shell in {0} has ended.', rowName(row))
    : l10n.t('The shell in {0} has ended with exit code {1}.', rowName(row), exitCode);
}
