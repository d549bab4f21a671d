import { l10n, type Memento } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { sshSections, withoutSshEntries } from './model/sshConfig';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { askMany } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import { changeConfig, configPath, includedPath, readConfig, refuseDamaged, tildePath } from './configFile';
import { SshMemory } from './sshMemory';

/** Removes sandboxes from the user's SSH configuration, and points out those that are no longer listed. */
export function removeSshEntries(app: AppContext, memento: Memento): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not change the SSH configuration'),
    run: async () => {
      const sections = sshSections(await readConfig()) ?? (await refuseDamaged());
      if (sections.length === 0)
        throw new UserError(l10n.t('No sandbox is in {0}.', tildePath(configPath())));
      const { rows } = app.store.current;
      const isListed = (id: string): boolean => rows.has(id) && rows.get(id)?.sandbox.state !== 'terminated';
      const answer = await askMany<string>({
        title: l10n.t('Remove SSH Entries'),
        placeholder: l10n.t('Which sandboxes are to be taken out of {0}?', tildePath(configPath())),
        items: sections.map(({ alias, sandboxId }) => ({
          label: plainText(alias),
          description: isListed(sandboxId) ? plainText(sandboxId) : l10n.t('not in the list'),
          answer: sandboxId,
        })),
      });
      if (answer.kind !== 'value' || answer.value.length === 0) return;
      const chosen = new Set(answer.value);
      const after =
        (await changeConfig(before => withoutSshEntries(before, chosen, includedPath()))) ??
        (await refuseDamaged());
      const session = app.connections.current?.session;
      if (session) await new SshMemory(memento, session).forget();
      const left = sshSections(after)?.length ?? 0;
      const path = tildePath(configPath());
      inform(
        left === 0
          ? l10n.t('No sandbox is in {0} any more. The rest of it was not touched.', path)
          : l10n.t('{0} keeps the other sandboxes: {1}', path, left),
      );
    },
  };
}
