import { l10n } from 'vscode';
import { warnModal } from '../host/editor/dialogs/messages';

/** A confirmation lists this many names and counts the rest. */
const longestList = 12;

/** What is asked before something is lost for good. */
export interface Loss {
  readonly question: string;
  /** The things that are lost, one to a line. */
  readonly names: readonly string[];
  /** Sentences about what is lost and what stays. */
  readonly lost: readonly (string | undefined)[];
  readonly button: string;
}

/** Asks once before something is lost for good. True when the user pressed the button. */
export async function confirmLoss(loss: Loss): Promise<boolean> {
  return (await askLoss(loss, [])) === loss.button;
}

/** Like `confirmLoss`, with buttons that lose nothing. @returns the button that was pressed */
export async function askLoss(
  { question, names, lost, button }: Loss,
  others: readonly string[],
): Promise<string | undefined> {
  const listed = names.slice(0, longestList);
  if (names.length > listed.length) listed.push(l10n.t('and {0} more', names.length - listed.length));
  const detail = [listed.join('\n'), ...lost].filter(part => part !== undefined && part !== '');
  return await warnModal(question, detail.join('\n\n'), [button, ...others]);
}
