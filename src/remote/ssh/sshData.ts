import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { KeptData } from '../../app/storedData/keptData';
import { tryAll } from '../../core/kernel/async';
import type { MementoLike } from '../../host/storage/mementos/mementoLike';
import { changeConfig, configPath, includedPath, readConfig, refuseDamaged, tildePath } from './configFile';
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
        const { config, entries } = await readConfig();
        // Where there is no file, none is to be made.
        if (config === '' && entries === '') return;
        const after = await changeConfig(before => {
          const ids = new Set(sshSections(before)?.map(({ sandboxId }) => sandboxId));
          return withoutSshEntries(before, ids, includedPath());
        });
        if (after === undefined) await refuseDamaged();
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
