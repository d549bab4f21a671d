import type { Memento } from 'vscode';
import type { SecretStoreLike } from '../host/session/credentials';

/** What outlives the window. */
export interface Storage {
  readonly secrets: SecretStoreLike;
  /** For every window. */
  readonly global: Memento;
  /** For this workspace. */
  readonly workspace: Memento;
}
