import type { Memento } from 'vscode';
import type { KnownSecrets } from '../host/session/knownSecrets';

/** Storage that outlives the window. */
export interface Storage {
  readonly secrets: KnownSecrets;
  /** Shared by all windows. */
  readonly global: Memento;
  /** For this workspace. */
  readonly workspace: Memento;
}
