import { env, l10n } from 'vscode';
import { notice } from './dialogs/messages';

/** How long the status bar says that something was copied. */
const copiedNoticeMs = 2000;

/** Puts text on the clipboard and says so in the status bar. */
export async function copyText(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  notice('check', l10n.t('Copied'), copiedNoticeMs);
}
