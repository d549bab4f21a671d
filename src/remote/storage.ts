import type { Memento } from 'vscode';
import type { SecretStoreLike } from '../host/session/credentials';

/** Storage that outlives the window. */
export interface Storage {
  readonly secrets: SecretStoreLike;
  /** Shared by all windows. */
  readonly global: Memento;
  /** For this workspace. */
  readonly workspace: Memento;
}
