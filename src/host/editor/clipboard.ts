import { env, l10n, window } from 'vscode';

/** How long the status bar says that something was copied. */
const copiedNoticeMs = 2000;

/** Puts text on the clipboard and says so in the status bar. */
export async function copyText(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`$(check) ${l10n.t('Copied')}`, copiedNoticeMs);
}
