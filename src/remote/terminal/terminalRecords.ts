import { inBackground } from '../../core/kernel/unexpected';
import { tryAll } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/time/clock';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { isJsonObject } from '../../core/kernel/formats/json';
import type { Logger } from '../../core/kernel/logger';
import type { TerminalRecord } from '../../core/terminal/detachedShell';
import type { SecretStoreLike } from '../../host/session/credentials';
import type { MementoLike } from '../../host/storage/mementos/mementoLike';

/** Beginning of the keys of records, and of the names of tokens. */
export const terminalRecordPrefix = 'tensorlake.terminal:';

const longestAgeMs = 24 * 60 * 60_000;

/**
 * Stores what reattaching to a shell takes: its token, which the service returns only once and which goes to secret
 * storage, and its record, which is not secret. All windows share both.
 */
export class TerminalRecords implements DisposableLike {
  private readonly emitter = new Emitter<string>();
  /** Fires with the id of a sandbox whose shells changed in this window. */
  readonly onDidChange = this.emitter.event;
  /** Tokens that could not be written to secret storage. */
  private readonly windowOnly = new Map<string, string>();

  constructor(
    private readonly secrets: SecretStoreLike,
    private readonly memento: MementoLike,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Shells of a service, latest first. Those older than a day are dropped. */
  list(endpoint: string): readonly TerminalRecord[] {
    const records = this.memento
      .keys()
      .filter(key => key.startsWith(terminalRecordPrefix))
      .map(key => [key, readRecord(this.memento.get(key))] as const);
    const oldest = this.clock.now() - longestAgeMs;
    for (const [key, record] of records)
      if (!record || record.openedAtMs < oldest)
        inBackground(this.erase(key.slice(terminalRecordPrefix.length)));
    return records
      .flatMap(([, record]) => (record && record.openedAtMs >= oldest ? [record] : []))
      .filter(record => record.endpoint === endpoint)
      .sort((a, b) => b.openedAtMs - a.openedAtMs);
  }

  find(sessionId: string): TerminalRecord | undefined {
    return readRecord(this.memento.get(terminalRecordPrefix + sessionId));
  }

  /** The token of a shell; undefined when it is no longer known. */
  async token(sessionId: string): Promise<string | undefined> {
    const inWindow = this.windowOnly.get(sessionId);
    if (inWindow !== undefined) return inWindow;
    try {
      return await this.secrets.get(terminalRecordPrefix + sessionId);
    } catch {
      this.logger.warn('The secret store could not be read');
      return undefined;
    }
  }

  async keep(record: TerminalRecord, token: string): Promise<void> {
    if (!(await this.store(record.sessionId, token))) this.windowOnly.set(record.sessionId, token);
    await this.write(record);
  }

  /** Records that a window shows the shell, detached from it, or showed it when the window closed. */
  async mark(sessionId: string, state: 'shown' | 'detached' | 'leftBehind'): Promise<void> {
    const record = this.find(sessionId);
    if (!record) return;
    const { sandboxId, endpoint, command, openedAtMs } = record;
    const shown = { sessionId, sandboxId, endpoint, command, openedAtMs };
    if (state === 'shown') await this.write(shown);
    else
      await this.write({
        ...shown,
        detachedAtMs: this.clock.now(),
        ...(state === 'leftBehind' && { isLeftBehind: true }),
      });
  }

  async forget(sessionId: string): Promise<void> {
    const record = this.find(sessionId);
    await this.erase(sessionId);
    if (record) this.emitter.fire(record.sandboxId);
  }

  /** Number of shells, of all services. */
  get count(): number {
    return this.memento.keys().filter(key => key.startsWith(terminalRecordPrefix)).length;
  }

  /**
   * Forgets all shells.
   *
   * @param secretNames names of secrets that are stored; there may be tokens without a record
   * @throws when a token could not be deleted
   */
  async forgetAll(secretNames: readonly string[]): Promise<void> {
    const stored = [...this.memento.keys(), ...secretNames].filter(key =>
      key.startsWith(terminalRecordPrefix),
    );
    const sandboxIds = new Set(stored.map(key => readRecord(this.memento.get(key))?.sandboxId));
    this.windowOnly.clear();
    try {
      await tryAll(
        [...new Set(stored)].map(key => async () => {
          await this.secrets.delete(key);
          await this.memento.update(key, undefined);
        }),
      );
    } finally {
      for (const id of sandboxIds) if (id !== undefined) this.emitter.fire(id);
    }
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async write(record: TerminalRecord): Promise<void> {
    await this.memento.update(terminalRecordPrefix + record.sessionId, record);
    this.emitter.fire(record.sandboxId);
  }

  private async erase(sessionId: string): Promise<void> {
    this.windowOnly.delete(sessionId);
    await this.memento.update(terminalRecordPrefix + sessionId, undefined);
    await this.secrets.delete(terminalRecordPrefix + sessionId).then(undefined, () => undefined);
  }

  private async store(sessionId: string, token: string): Promise<boolean> {
    try {
      await this.secrets.store(terminalRecordPrefix + sessionId, token);
      return (await this.secrets.get(terminalRecordPrefix + sessionId)) === token;
    } catch {
      this.logger.warn('The secret store refused to keep what reattaches to a terminal');
      return false;
    }
  }
}

function readRecord(value: unknown): TerminalRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { sessionId, sandboxId, endpoint, command, openedAtMs, detachedAtMs, isLeftBehind } = value;
  if (typeof sessionId !== 'string' || typeof sandboxId !== 'string' || typeof endpoint !== 'string')
    return undefined;
  if (typeof command !== 'string' || typeof openedAtMs !== 'number') return undefined;
  const record = { sessionId, sandboxId, endpoint, command, openedAtMs };
  if (typeof detachedAtMs !== 'number') return record;
  return { ...record, detachedAtMs, ...(isLeftBehind === true && { isLeftBehind }) };
}
