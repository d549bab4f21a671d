import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { confirmLoss } from '../../app/confirm';
import type { KeptData } from '../../app/storedData/keptData';
import type { Origins } from '../../core/sandbox/origins';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { readSetting, writeSetting } from '../../host/editor/settings';
import { type StoredSecrets, secretNamePrefix } from '../../host/session/storedSecrets';
import { profileKeyPrefix } from '../../host/session/profiles';
import type { SessionStore } from '../../host/session/session';
import type { KeptStorage } from '../../host/storage/mementos/keptStorage';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import type { TreeState } from '../../host/storage/treeState';
import type { ViewOptionsStore } from '../../host/storage/viewOptions';
import { BatchError, UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import type { AccountServices } from './signIn';

/** What removes the data of each feature. */
export interface RemovalServices extends AccountServices {
  readonly secrets: StoredSecrets;
  readonly sessions: Pick<SessionStore, 'load'>;
  readonly keptStorage: KeptStorage;
  /** What features that reach into sandboxes keep, in the order in which it is removed. */
  readonly remoteData: () => Promise<readonly KeptData[]>;
  readonly deadlines: PublicDeadlines;
  readonly options: ViewOptionsStore;
  readonly treeState: TreeState;
  readonly origins: Origins;
}

/**
 * Ends and deletes, after one question, all that the extension left outside the sandboxes. What cannot be removed stops
 * nothing else, and is named at the end.
 */
export function removeAllData(context: AppContext, services: RemovalServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not remove all data'),
    run: async () => {
      // Some of what reaches into sandboxes needs the session, which ends with the keys.
      const parts = [...(await services.remoteData()), keysOf(services)];
      if (!(await isAgreed(parts, services.deadlines))) return;
      const failures = await withViewProgress(removeEach(parts, context, services));
      if (failures.length > 0) throw new BatchError(failures, parts.length + 1);
      inform(l10n.t('All data of Tensorlake Sandboxes was removed, and you are signed out.'));
    },
  };
}

async function isAgreed(parts: readonly KeptData[], deadlines: PublicDeadlines): Promise<boolean> {
  const lists = await Promise.all(parts.map(async part => await part.list()));
  const open = deadlines.all.map(({ name }) => plainText(name, 60));
  return await confirmLoss({
    question: l10n.t('Remove all data of Tensorlake Sandboxes from this machine?'),
    names: [
      ...lists.flat(),
      l10n.t('What the views, the last settings and the history of commands remember'),
    ],
    lost: [
      open.length === 0
        ? undefined
        : l10n.t('Public access that was to be closed by itself stays open: {0}', open.join(', ')),
      l10n.t(
        'Sandboxes, snapshots and settings stay. Other windows are signed out, too; other workspaces forget what they remember when they are next opened.',
      ),
    ],
    button: l10n.t('Remove All Data'),
  });
}

async function removeEach(
  parts: readonly KeptData[],
  context: AppContext,
  services: RemovalServices,
): Promise<readonly { readonly name: string; readonly error: unknown }[]> {
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const kept: string[] = [];
  const attempt = async ({ name, remove, keys }: Omit<KeptData, 'list'>): Promise<void> => {
    try {
      await remove();
    } catch (error) {
      context.log.warn(`Not removed: ${name()}: ${error instanceof Error ? error.name : typeof error}`);
      failures.push({ name: name(), error });
      kept.push(...keys);
    }
  };
  for (const part of parts) await attempt(part);
  await attempt({
    name: () => l10n.t('Stored state'),
    remove: async () => {
      if (!(await services.keptStorage.removeAll(context.clock.now(), kept)))
        throw new UserError(l10n.t('The editor did not delete all of it.'));
    },
    keys: [],
  });
  forgetInMemory(context, services);
  return failures;
}

/** The keys of all profiles of all servers, and the profiles. Ends the session. */
function keysOf({ credentials, profiles, secrets, sessions, deadlines }: RemovalServices): KeptData {
  return {
    name: () => l10n.t('API keys'),
    list: async () => {
      const count = credentials.among(await secrets.names()).length;
      const names = profiles.names().map(name => plainText(name, 40));
      return [
        ...(count === 0
          ? []
          : [count === 1 ? l10n.t('1 API key or token') : l10n.t('{0} API keys and tokens', count)]),
        ...(names.length === 0 ? [] : [l10n.t('Profiles: {0}', names.join(', '))]),
      ];
    },
    remove: async () => {
      // Otherwise the end of the session is told of as if they were kept, and the key of the environment would sign in
      // again at once. Where that fails, the keys go all the same.
      const prepared = await Promise.allSettled([deadlines.clear(), ignoreEnvironmentKey()]);
      const isGone = await credentials.forgetAll(await secrets.names(), profiles.secretSlots());
      profiles.forgetAll();
      await sessions.load();
      if (!isGone) throw new UserError(l10n.t('The secret store of this system did not delete a key.'));
      for (const step of prepared) if (step.status === 'rejected') throw step.reason;
    },
    keys: [secretNamePrefix, profileKeyPrefix],
  };
}

async function ignoreEnvironmentKey(): Promise<void> {
  if (readSetting('tensorlake.useEnvironmentKey')) await writeSetting('tensorlake.useEnvironmentKey', false);
}

/** What the services hold of what was stored. */
function forgetInMemory({ defaults }: AppContext, { options, treeState, origins }: RemovalServices): void {
  options.reset();
  defaults.reset();
  treeState.reset();
  origins.clear();
}
