import type { EventLike } from '../../core/kernel/event';
import type { MementoLike } from '../storage/mementos/mementoLike';
import type { SecretStoreLike } from './credentials';

/** Beginning of the keys of the global storage that name the secrets. */
export const secretNamePrefix = 'tensorlake.secret:';

/**
 * The editor's secret storage, and which names it holds something under: VS Code 1.104 does not tell, and what nobody
 * knows of cannot be deleted. The names are kept in the global storage, each under a key of its own, so that windows do
 * not overwrite each other's.
 */
export class StoredSecrets implements SecretStoreLike {
  readonly onDidChange: EventLike<{ readonly key: string }>;
  /** Names of what this window has read or stored. */
  private readonly used = new Set<string>();

  constructor(
    private readonly secrets: SecretStoreLike,
    private readonly kept: MementoLike,
  ) {
    this.onDidChange = listener => secrets.onDidChange(listener);
  }

  async get(name: string): Promise<string | undefined> {
    const value = await this.secrets.get(name);
    // Earlier versions did not note it. What cannot be noted can be used all the same.
    if (value !== undefined) {
      this.used.add(name);
      await this.note(name).catch(() => undefined);
    }
    return value;
  }

  async store(name: string, value: string): Promise<void> {
    // First the name: one without a secret does no harm.
    this.used.add(name);
    await this.note(name);
    await this.secrets.store(name, value);
  }

  async delete(name: string): Promise<void> {
    await this.secrets.delete(name);
    this.used.delete(name);
    if (this.kept.get(secretNamePrefix + name) !== undefined)
      await this.kept.update(secretNamePrefix + name, undefined);
  }

  /** The names of all secrets, as far as they are known. */
  async names(): Promise<readonly string[]> {
    const noted = this.kept.keys().filter(key => key.startsWith(secretNamePrefix));
    return [...new Set([...noted.map(key => key.slice(secretNamePrefix.length)), ...(await this.listed())])];
  }

  /** The names of what this window may still hold when another one has deleted all, in a browser. */
  async namesHere(): Promise<readonly string[]> {
    return [...new Set([...this.used, ...(await this.listed())])];
  }

  private async note(name: string): Promise<void> {
    if (this.kept.get(secretNamePrefix + name) === undefined)
      await this.kept.update(secretNamePrefix + name, true);
  }

  /** The names that newer editors list. */
  private async listed(): Promise<readonly string[]> {
    try {
      const names: unknown = hasKeys(this.secrets) ? await this.secrets.keys() : [];
      return Array.isArray(names) ? names.filter(name => typeof name === 'string') : [];
    } catch {
      // VS Code 1.104 has it, and does not let extensions call it.
      return [];
    }
  }
}

function hasKeys(secrets: object): secrets is { keys(): unknown } {
  return 'keys' in secrets && typeof secrets.keys === 'function';
}
