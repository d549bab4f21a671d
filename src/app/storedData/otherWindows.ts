import { l10n } from 'vscode';
import { tryAll } from '../../core/kernel/async';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { EventLike } from '../../core/kernel/event';
import type { Logger } from '../../core/kernel/logger';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { inform, offer } from '../../host/editor/dialogs/messages';
import type { Credentials } from '../../host/session/credentials';
import type { ProfileStore } from '../../host/session/profiles';
import type { SessionStore } from '../../host/session/session';
import type { StoredSecrets } from '../../host/session/storedSecrets';
import { removedKey, type KeptStorage } from '../../host/storage/mementos/keptStorage';

export interface OtherWindowsOptions {
  /** The storage of all windows. */
  readonly shared: { readonly onDidChange: EventLike<ReadonlySet<string>> };
  readonly keptStorage: Pick<KeptStorage, 'isBehind' | 'dropRemoved'>;
  readonly secrets: Pick<StoredSecrets, 'namesHere' | 'delete'>;
  readonly credentials: Pick<Credentials, 'onDidMiss'>;
  readonly profiles: Pick<ProfileStore, 'forgetAll'>;
  readonly sessions: Pick<SessionStore, 'slot' | 'load'>;
  /** Whether the secret storage of this window knows nothing of what other windows delete, as in a browser. */
  readonly areSecretsApart: boolean;
  /** Forgets what this window holds of what it stored. */
  readonly forget: () => void;
  readonly logger: Logger;
}

/** Follows what other windows do for all of them: they remove all data, or sign in where this window cannot see the key. */
export class OtherWindows implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private isOffered = false;

  constructor(private readonly options: OtherWindowsOptions) {
    const { shared, credentials } = options;
    this.disposables.add(
      shared.onDidChange(keys => {
        if (keys.has(removedKey)) void this.follow();
      }),
    );
    this.disposables.add(credentials.onDidMiss(slot => void this.offerReload(slot)));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whatever this window still holds, and could write back, goes as well. */
  private async follow(): Promise<void> {
    const { keptStorage, secrets, profiles, sessions, forget, areSecretsApart, logger } = this.options;
    if (!keptStorage.isBehind) return;
    profiles.forgetAll();
    try {
      const names = areSecretsApart ? await secrets.namesHere() : [];
      await tryAll([
        () => keptStorage.dropRemoved(),
        ...names.map(name => async () => await secrets.delete(name)),
      ]);
    } catch (error) {
      const why = error instanceof Error ? error.name : typeof error;
      logger.warn(`What was removed in another window could not be removed from this one: ${why}`);
    }
    forget();
    await sessions.load();
  }

  private async offerReload(slot: string): Promise<void> {
    if (this.isOffered || this.options.sessions.slot !== slot) return;
    this.isOffered = true;
    const text = l10n.t(
      'You signed in to Tensorlake in another window. A window in a browser knows of it when it is loaded again.',
    );
    try {
      if (!(await offer(text, l10n.t('Reload Window')))) return;
      if (!(await tryEditorCommand('workbench.action.reloadWindow')))
        inform(l10n.t('This editor does not reload by itself: load its page again.'));
    } finally {
      this.isOffered = false;
    }
  }
}
