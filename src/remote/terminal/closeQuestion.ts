import { l10n } from 'vscode';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { CommandContext } from '../../app/appContext';
import { inform } from '../../host/editor/messages';
import { askPick, type PickQuestion } from '../../host/editor/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { readSetting, writeSetting } from '../../host/editor/settings';
import type { Terminals } from './terminals';
import type { TerminalRecord } from '../../core/terminal/detachedShell';

type Choice = 'detach' | 'end' | 'alwaysDetach' | 'alwaysEnd';

/** Shells whose terminals were closed while the question was open: one answer is for all. */
let waiting: TerminalRecord[] | undefined;

/**
 * Asks, once a terminal has been closed, what becomes of the shell, unless the user has said so for good. It goes on
 * meanwhile, and whenever he does not answer.
 */
export async function afterClosing(
  context: CommandContext,
  terminals: Terminals,
  record: TerminalRecord,
): Promise<void> {
  const setting = readSetting('tensorlake.terminal.onClose');
  // In a sandbox that does not run there is nothing to end without waking it.
  if (setting === 'detach' || !isRunning(context, record.sandboxId)) return;
  if (waiting) {
    waiting.push(record);
    return;
  }
  const records = (waiting = [record]);
  const choice = setting === 'end' ? 'end' : await ask(context, record);
  waiting = undefined;
  if (choice === 'alwaysDetach') await writeSetting('tensorlake.terminal.onClose', 'detach');
  if (choice === 'alwaysEnd') await writeSetting('tensorlake.terminal.onClose', 'end');
  if (choice === 'end' || choice === 'alwaysEnd')
    for (const each of records) await endQuietly(context, terminals, each);
}

async function ask(context: CommandContext, { sandboxId }: TerminalRecord): Promise<Choice> {
  const row = context.store.current.rows.get(sandboxId);
  const question: PickQuestion<Choice> = {
    title: l10n.t('Terminal Closed: {0}', row ? rowName(row) : sandboxId),
    placeholder: l10n.t('What becomes of the shell? Escape lets it run.'),
    items: [
      {
        label: l10n.t('Detach'),
        description: l10n.t('the shell goes on; for 5 minutes it can be reattached to'),
        answer: 'detach',
      },
      { label: l10n.t('End'), description: l10n.t('the shell and what runs in it'), answer: 'end' },
      { label: l10n.t('Always Detach'), answer: 'alwaysDetach' },
      { label: l10n.t('Always End'), answer: 'alwaysEnd' },
    ],
  };
  const answer = await askPick(question);
  return answer.kind === 'value' ? answer.value : 'detach';
}

async function endQuietly(
  context: CommandContext,
  terminals: Terminals,
  record: TerminalRecord,
): Promise<void> {
  try {
    await terminals.end(record);
  } catch (error) {
    context.log.warn(`A shell could not be ended: ${error instanceof Error ? error.message : String(error)}`);
    inform(l10n.t('The shell could not be ended; it ends by itself 5 minutes after it was left.'));
  }
}

/** Whether shells of a sandbox can be ended without waking it. */
function isRunning(context: CommandContext, sandboxId: string): boolean {
  const row = context.store.current.rows.get(sandboxId);
  return row !== undefined && isCapableOf(row.sandbox, ['canConnect']);
}
