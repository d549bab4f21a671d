import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { KeptData } from '../../app/keptData';
import { tryAll } from '../../core/kernel/async';
import type { MementoLike } from '../../host/storage/mementoLike';
import { configPath, includedPath, readConfig, refuseDamaged, tildePath, writeConfig } from './configFile';
import { createdKeyPrefix, createdKeys, deleteKey } from './createdKeys';
import { sshSections, withoutSshEntries } from './model/sshConfig';

/** What Open with Remote-SSH leaves on this machine. */
export function sshData(app: AppContext, memento: MementoLike): readonly KeptData[] {
  return [
    {
      name: () => l10n.t('SSH configuration'),
      list: async () => {
        const config = await readConfig().catch(() => ({ config: '', entries: '' }));
        const count = sshSections(config)?.length;
        if (count === 0) return [];
        const path = tildePath(configPath());
        return [
          count === undefined
            ? l10n.t('The entries of sandboxes in {0}', path)
            : l10n.t('Entries of sandboxes in {0}: {1}', path, count),
        ];
      },
      remove: async () => {
        const before = await readConfig();
        const sections = sshSections(before) ?? (await refuseDamaged());
        const after = withoutSshEntries(
          before,
          new Set(sections.map(({ sandboxId }) => sandboxId)),
          includedPath(),
        );
        if (after !== undefined) await writeConfig(before, after);
      },
      keys: [],
    },
    {
      name: () => l10n.t('SSH keys'),
      list: async () =>
        (await createdKeys(memento)).map(({ path }) => l10n.t('The SSH key {0}', tildePath(path))),
      remove: async () => {
        const keys = await createdKeys(memento);
        await tryAll(keys.map(key => async () => await deleteKey(key, app.connections.current)));
      },
      keys: [createdKeyPrefix],
    },
  ];
}
