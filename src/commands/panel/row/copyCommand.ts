import { l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { tlLine } from '../../../app/officialTool';
import { resolveTarget } from '../../../app/targets';
import { capabilitiesOf, type Capability } from '../../../core/sandbox/capabilities';
import type { Row } from '../../../core/list/rows';
import { copyText } from '../../../host/editor/clipboard';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { askPick } from '../../../host/editor/dialogs/quickPick';
import type { Connection } from '../../../host/session/connection';
import { rowName } from '../../../text/sandbox/rowText';

/** An action as a command line. */
interface Line {
  readonly title: () => string;
  readonly needs: readonly Capability[];
  /** What follows `tl sbx`, before the sandbox. */
  readonly tl: string;
  readonly curl: 'suspend' | 'resume' | 'terminate' | 'snapshot' | 'copy';
}

const lines: readonly Line[] = [
  { title: () => l10n.t('Suspend'), needs: ['canSuspend'], tl: 'suspend', curl: 'suspend' },
  { title: () => l10n.t('Resume'), needs: ['canResume'], tl: 'resume', curl: 'resume' },
  { title: () => l10n.t('Create Snapshot'), needs: ['canSnapshot'], tl: 'checkpoint', curl: 'snapshot' },
  { title: () => l10n.t('Duplicate'), needs: ['canDuplicate'], tl: 'copy', curl: 'copy' },
  { title: () => l10n.t('Terminate'), needs: ['canTerminate'], tl: 'terminate', curl: 'terminate' },
];

/** Copies what an action does as a command line: for the official tool, or for curl. */
export function copyCommand(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: lines.flatMap(({ needs }) => needs),
        needsRest: false,
        question: () => l10n.t('Copy a command for which sandbox?'),
        none: () => l10n.t('No sandbox that a command can change.'),
      });
      if (!row) return;
      const answer = await askPick<string>({
        title: l10n.t('Copy as Command: {0}', rowName(row)),
        placeholder: l10n.t('What is the command to do? It is copied, and not run'),
        items: itemsFor(connection, row),
      });
      if (answer.kind === 'value') await copyText(answer.value);
    },
  };
}

function itemsFor(connection: Connection, { sandbox, lacks }: Row) {
  const has = capabilitiesOf({ sandbox, lacks });
  const possible = lines.filter(({ needs }) => needs.some(token => has.includes(token)));
  return possible.flatMap(({ title, tl, curl }) => [
    { icon: 'terminal', label: title(), description: 'tl', answer: tlLine(connection, [tl, sandbox.id]) },
    {
      icon: 'globe',
      label: title(),
      description: l10n.t('curl, with $TENSORLAKE_API_KEY in place of the key'),
      answer: connection.sandboxes.curlOf(curl, sandbox.id),
    },
  ]);
}
