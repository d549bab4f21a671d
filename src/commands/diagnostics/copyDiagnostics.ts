import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { copyText } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { diagnosticsText } from '../../host/editor/log/diagnostics';
import { inform } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import type { DiagnosticsServices } from './services';

/** Copies what a report of a problem needs, without secrets. */
export function copyDiagnostics(context: AppContext, services: DiagnosticsServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the diagnostics'),
    run: async () => {
      await copyText(textOf(context, services));
      inform(
        l10n.t(
          'Copied: versions, changed settings, and the last lines of the log, without keys. Read it before you pass it on: it names your sandboxes and servers.',
        ),
      );
    },
  };
}

/** Opens the editor's reporter with the same text. Hidden while there is no address to report to. */
export function reportIssue(context: AppContext, services: DiagnosticsServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not report an issue'),
    run: async () => {
      if (!services.takesIssues)
        throw new UserError(l10n.t('This build of the extension names no address for problems.'));
      const report = { extensionId: services.extensionId, data: textOf(context, services) };
      if (!(await tryEditorCommand('vscode.openIssueReporter', report)))
        throw new UserError(l10n.t('This editor has no reporter. Copy the diagnostics instead.'));
    },
  };
}

function textOf({ log, connections }: AppContext, { knownSecrets, ...facts }: DiagnosticsServices): string {
  const source = connections.current?.session.source;
  return knownSecrets.redact(diagnosticsText(facts, source, log.recent()));
}
