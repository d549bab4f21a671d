import { l10n } from 'vscode';
import type { AppContext } from '../app/appContext';
import type { KeptData } from '../app/storedData/keptData';
import { secretNamePrefix } from '../host/session/storedSecrets';
import type { RemoteServices } from './services';
import { sshData } from './ssh/sshData';
import type { Storage } from './storage';
import { terminalRecordPrefix } from './terminal/terminalRecords';

/** What the features of this layer keep outside the sandboxes, in the order in which it is removed. */
export function remoteData(app: AppContext, services: RemoteServices, storage: Storage): readonly KeptData[] {
  const { consent, forwards, processes, runs, terminals } = services;
  return [
    {
      name: () => l10n.t('Runs'),
      list: () => some(runs.running.length, count => l10n.t('Commands that run in this window: {0}', count)),
      remove: async () => {
        await Promise.all(runs.running.map(([run]) => run.cancel()));
        runs.history.forgetVariables();
      },
      keys: [],
    },
    {
      name: () => l10n.t('Forwarded ports'),
      list: () => some(forwards.list().length, count => l10n.t('Forwarded ports of this window: {0}', count)),
      remove: () => {
        for (const forward of forwards.list()) forwards.remove(forward);
        return Promise.resolve();
      },
      keys: [],
    },
    {
      name: () => l10n.t('Terminals'),
      list: () => [
        ...some(terminals.shownCount, count =>
          l10n.t('Terminals of this window, which are closed: {0}', count),
        ),
        ...some(terminals.records.count, count =>
          l10n.t('What it takes to reattach to shells, which end after 5 minutes: {0}', count),
        ),
      ],
      remove: async () => await terminals.forgetAll(await storage.secrets.names()),
      keys: [terminalRecordPrefix, secretNamePrefix + terminalRecordPrefix],
    },
    {
      name: () => l10n.t('Answers'),
      list: () => [],
      remove: () => {
        consent.forget();
        processes.own.show(false);
        return Promise.resolve();
      },
      keys: [],
    },
    ...sshData(app, storage.global),
  ];
}

function some(count: number, line: (count: number) => string): readonly string[] {
  return count === 0 ? [] : [line(count)];
}
