import { env, l10n } from 'vscode';
import { externalAddress } from './externalAddress';
import { notice } from './dialogs/messages';

/** How long the status bar says that something was copied. */
const copiedNoticeMs = 2000;

/** Puts text on the clipboard and says so in the status bar. */
export async function copyText(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  notice('check', l10n.t('Copied'), copiedNoticeMs);
}

/** Puts addresses on the clipboard, one to a line, as the browser of the user reaches them. */
export async function copyAddresses(urls: readonly string[]): Promise<void> {
  await copyText((await Promise.all(urls.map(externalAddress))).join('\n'));
}
