import type { Memento } from 'vscode';
import type { StoredSecrets } from '../host/session/storedSecrets';

/** Storage that outlives the window. */
export interface Storage {
  readonly secrets: StoredSecrets;
  /** Shared by all windows. */
  readonly global: Memento;
  /** For this workspace. */
  readonly workspace: Memento;
}
