import { l10n } from 'vscode';
import { copyText } from '../../host/editor/clipboard';
import { askModal } from '../../host/editor/dialogs/messages';
import { configPath, tildePath } from './configFile';
import type { ConfigObstacle } from './model/configObstacle';
import { sshEntryText, type SshEntry } from './model/sshConfig';

/** Says why the entry cannot be written, and lets the user put it where their configuration comes from. */
export async function offerEntry(entry: SshEntry, obstacle: ConfigObstacle): Promise<void> {
  const copy = l10n.t('Copy Entry');
  const path = tildePath(configPath());
  const message =
    obstacle.kind === 'managed'
      ? l10n.t('{0} is managed by another program: it leads to {1}.', path, obstacle.target)
      : l10n.t('{0} is read-only.', path);
  const detail = l10n.t(
    'Add this entry where your SSH configuration comes from, and open the sandbox again.\n\n{0}',
    sshEntryText(entry),
  );
  if ((await askModal(message, detail, [copy])) === copy) await copyText(sshEntryText(entry));
}
