import { deferred } from '../../core/kernel/async';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { ApiError, localCodes } from '../../core/kernel/errors';
import { Emitter, type EventLike } from '../../core/kernel/event';
import type { Logger } from '../../core/kernel/logger';
import { inBackground } from '../../core/kernel/unexpected';
import type { KeyChange } from './keyNews';

/** Where a key is kept: in the editor's secret storage, or only in the memory of this window. */
export type KeyPlace = 'stored' | 'window';

export interface KeptKey {
  readonly place: KeyPlace;
  /** Empty where the user signed in without one. */
  readonly key: string;
}

/** The editor's `SecretStorage`, as far as it is used. */
export interface SecretStoreLike {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  delete(name: string): PromiseLike<void>;
  readonly onDidChange: EventLike<{ readonly key: string }>;
}

/** How windows tell each other of keys. */
interface News {
  readonly onDidHear: EventLike<KeyChange>;
  tell(change: KeyChange): Promise<void>;
}

export interface CredentialsOptions {
  readonly secrets: SecretStoreLike;
  readonly logger: Logger;
  readonly news?: News;
  /** Whether the secret storage of this window knows nothing of what other windows store, as in a browser. */
  readonly isApart?: boolean;
  /**
   * How long the secret store may take to answer, in milliseconds; 5 s when absent. It may wait for the user to unlock a
   * keyring.
   */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 5000;

/** Stands in the storage for no key: not every editor tells an empty text from none, and no key has a blank. */
const keyless = 'no key';

/** The longest text that can be a key. */
const longestKey = 4096;

/** Whether text can be an API key at all: one word of visible ASCII, as a header can carry it. */
export function isPlausibleKey(text: string): boolean {
  return text.length <= longestKey && /^[!-~]+$/.test(text);
}

/** The variable that the official tools read (API reference section 1.3). */
const environmentVariable = 'TENSORLAKE_API_KEY';

/** The key in the environment, if there is one that can be a key. */
export function environmentKey(): string | undefined {
  const key = process.env[environmentVariable]?.trim();
  return key !== undefined && isPlausibleKey(key) ? key : undefined;
}

/**
 * Keeps API keys, one for each endpoint, so that a key never goes to a server it was not made for. A key that the
 * secret storage does not give back is kept in this window only.
 */
export class Credentials implements DisposableLike {
  private readonly windowOnly = new Map<string, string>();
  private readonly emitter = new Emitter<string>();
  /** Fires with an endpoint whose key may have changed, in this window or another. */
  readonly onDidChange: EventLike<string> = this.emitter.event;
  private readonly missing = new Emitter<string>();
  /** Fires with an endpoint whose key another window has stored, and the secret storage of this one does not give. */
  readonly onDidMiss: EventLike<string> = this.missing.event;
  private readonly disposables = new DisposableStore();
  private readonly secrets: SecretStoreLike;
  private readonly logger: Logger;

  constructor(private readonly options: CredentialsOptions) {
    this.secrets = options.secrets;
    this.logger = options.logger;
    this.disposables.add(
      this.secrets.onDidChange(({ key }) => {
        if (key.startsWith(prefix)) this.emitter.fire(key.slice(prefix.length));
      }),
    );
    if (options.news)
      this.disposables.add(options.news.onDidHear(change => inBackground(this.follow(change))));
  }

  /**
   * The key for an endpoint. What is stored but cannot be a key counts as none.
   *
   * @throws ApiError with the code `noSecret` when the secret store fails, or does not answer
   */
  async read(endpoint: string): Promise<KeptKey | undefined> {
    const inWindow = this.windowOnly.get(endpoint);
    if (inWindow !== undefined) return { place: 'window', key: inWindow };
    const stored = await this.readStored(endpoint);
    if (stored === keyless) return { place: 'stored', key: '' };
    return stored !== undefined && isPlausibleKey(stored) ? { place: 'stored', key: stored } : undefined;
  }

  /** Keeps a key, or that none is needed when it is empty, and says where. */
  async keep(endpoint: string, key: string): Promise<KeyPlace> {
    const place = (await this.store(endpoint, key)) ? 'stored' : 'window';
    if (place === 'stored') this.windowOnly.delete(endpoint);
    else this.windowOnly.set(endpoint, key);
    this.emitter.fire(endpoint);
    if (place === 'stored') this.tell({ slot: endpoint, isKept: true });
    return place;
  }

  async forget(endpoint: string): Promise<void> {
    this.windowOnly.delete(endpoint);
    try {
      await this.secrets.delete(prefix + endpoint);
    } finally {
      this.emitter.fire(endpoint);
      this.tell({ slot: endpoint, isKept: false });
    }
  }

  /** Those of the names of secrets that are of keys. */
  among(names: readonly string[]): readonly string[] {
    return names.filter(name => name.startsWith(prefix));
  }

  /**
   * Forgets all keys. Never rejects.
   *
   * @param names of secrets that are stored
   * @param slots in which there may be further keys
   * @returns false when one is still stored
   */
  async forgetAll(names: readonly string[], slots: readonly string[]): Promise<boolean> {
    this.windowOnly.clear();
    const stored = new Set([...this.among(names), ...slots.map(slot => prefix + slot)]);
    const areGone = await Promise.all([...stored].map(name => this.erase(name)));
    this.emitter.fire('');
    return areGone.every(Boolean);
  }

  dispose(): void {
    this.disposables.dispose();
    this.emitter.dispose();
    this.missing.dispose();
  }

  private tell(change: KeyChange): void {
    this.options.news?.tell(change).catch((error: unknown) => {
      this.logger.warn(`Other windows could not be told of a key: ${nameOf(error)}`);
    });
  }

  private async follow({ slot, isKept }: KeyChange): Promise<void> {
    if (this.windowOnly.has(slot)) return;
    const stored = await this.readStored(slot);
    if (isKept && stored === undefined) this.missing.fire(slot);
    // Where all windows share the storage, a key that is there again was stored after the one that was deleted.
    if (!isKept && stored !== undefined && this.options.isApart === true) await this.erase(prefix + slot);
    this.emitter.fire(slot);
  }

  private async store(endpoint: string, key: string): Promise<boolean> {
    const kept = key === '' ? keyless : key;
    try {
      await this.secrets.store(prefix + endpoint, kept);
    } catch (error) {
      this.logger.warn(`The secret store refused to keep a key: ${nameOf(error)}`);
      return false;
    }
    if ((await this.readStored(endpoint).catch(() => undefined)) === kept) return true;
    // A key that cannot be read back must not stay in the storage.
    await this.secrets.delete(prefix + endpoint).then(undefined, () => undefined);
    return false;
  }

  private async erase(name: string): Promise<boolean> {
    try {
      await this.secrets.delete(name);
      return (await this.secrets.get(name)) === undefined;
    } catch (error) {
      this.logger.warn(`The secret store refused to delete a key: ${nameOf(error)}`);
      return false;
    }
  }

  private async readStored(endpoint: string): Promise<string | undefined> {
    const { promise: silence, resolve } = deferred<'silent'>();
    const timer = setTimeout(() => resolve('silent'), this.options.patienceMs ?? defaultPatienceMs);
    try {
      const stored = await Promise.race([
        Promise.resolve(this.secrets.get(prefix + endpoint)).then(value => ({ value })),
        silence,
      ]);
      if (stored !== 'silent') return stored.value;
      this.logger.warn('The secret store does not answer');
    } catch (error) {
      this.logger.warn(`The secret store could not be read: ${nameOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
    throw noSecret();
  }
}

const prefix = 'tensorlake.apiKey:';

/** There is a key, as far as is known, and the secret store does not give it. */
export function noSecret(): ApiError {
  return new ApiError('network', 'The secret store gives no key', {
    code: localCodes.noSecret,
    undelivered: true,
  });
}

/** The name of an error without its message, which may contain the secret. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
