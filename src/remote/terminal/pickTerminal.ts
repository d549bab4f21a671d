import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/formats/json';
import { UserError } from '../../text/kit/failureText';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { separator } from '../../text/kit/plainText';
import { stateWord } from '../../text/sandbox/stateText';
import { detachedParts, programName } from '../../text/terminal';
import type { Terminals } from './terminals';
import type { TerminalRecord } from '../../core/terminal/detachedShell';

/**
 * The detached shell that a command acts on: that of its node, or one that the user picks.
 *
 * @returns undefined when the user backed out, and for a node whose shell is known to have ended
 * @throws UserError when there is none to pick
 */
export async function resolveRecord(
  app: AppContext,
  terminals: Terminals,
  target: unknown,
  question: string,
): Promise<TerminalRecord | undefined> {
  const { poller } = await app.connections.require();
  // Right after a reload the sandboxes are not loaded yet.
  if (app.store.current.status.kind === 'loading') await poller.refresh();
  const records = terminals.detached();
  if (isMember(target, 'sessionId')) return records.find(({ sessionId }) => sessionId === target.sessionId);
  if (records.length === 0) throw new UserError(l10n.t('There is no detached terminal.'));
  const answer = await askPick({
    title: question,
    placeholder: l10n.t('A shell ends 5 minutes after the last terminal has left it.'),
    items: records.map(record => ({ ...describe(app, record), answer: record })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function describe(app: AppContext, record: TerminalRecord): { label: string; description: string } {
  const row = app.store.current.rows.get(record.sandboxId);
  const state = row?.sandbox.state;
  const parts = [
    row ? rowName(row) : record.sandboxId,
    ...(row && state !== 'running' ? [stateWord(row.sandbox.state, row.sandbox.rawState)] : []),
    ...detachedParts(record, app.clock.now()),
  ];
  return { label: programName(record), description: parts.join(separator) };
}
