import type { Traffic } from '../storage/traffic';
import { l10n } from 'vscode';
import type { KnownSecrets } from '../../api/http/errors/redact';
import type { NetworkOptions } from '../../api/http/route/proxyRules';
import { loadedOnce } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { ApiError, localCodes } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import { errorOf, failureOf } from '../../core/list/listStatus';
import type { SandboxStore } from '../../core/list/store';
import type { Connection } from './connected';
import type { Network } from './network';
import type { Services } from './openServices';
import { UserError } from '../../text/kit/failureText';
import type { Session, SessionStore } from './session';
import { onDidChangeSettings, readSetting } from '../editor/settings';

export type { Connection } from './connected';

/** Whether the user is at the window and sees the view, which decides how often the list is read. */
export interface Attention {
  readonly focused: boolean;
  readonly visible: boolean;
}

export interface ConnectionsOptions {
  readonly sessions: SessionStore;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Version of the extension. */
  readonly version: string;
  /** The secrets that this window has used, whatever the session. */
  readonly secrets: KnownSecrets;
  /** Told before something reaches into a sandbox. */
  readonly traffic: Pick<Traffic, 'note'>;
}

/** The connection of the current session: opened at sign-in, closed at sign-out, replaced when the account changes. */
export class Connections implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private connection: Connection | undefined;
  private owned = new DisposableStore();
  /** Opens the connection, once; a failure is forgotten, so that the next who asks tries again. Absent when signed out. */
  private opening: (() => Promise<Connection>) | undefined;
  /** What ends the calls of a connection that is closed. */
  private endedBy: ApiError | undefined;
  private network: Network | undefined;
  private attention: Attention = { focused: false, visible: false };

  constructor(private readonly options: ConnectionsOptions) {
    this.disposables.add(options.sessions.onDidChange(session => this.open(session)));
    this.disposables.add(
      onDidChangeSettings(['tensorlake.refresh.intervalSeconds'], () => this.setAttention(this.attention)),
    );
  }

  get current(): Connection | undefined {
    return this.connection;
  }

  /**
   * The current connection. Waits while the key is still being searched for, because the editor may ask for files, and
   * the user for a command, before that has ended. What failed before is tried again.
   *
   * @throws UserError when signed out; ApiError when the secret store gives no key
   */
  async require(): Promise<Connection> {
    const { sessions } = this.options;
    await sessions.whenFound;
    if (!this.opening && sessions.problem) await sessions.load();
    if (this.opening) return await this.opening();
    throw sessions.problem
      ? errorOf(sessions.problem)
      : new UserError(l10n.t('Sign in to Tensorlake first.'));
  }

  /**
   * Opens the API of a server with a credential that need not be the session's. The caller disposes it. What talks to a
   * server is loaded here, so that the start of the editor does not wait for it.
   */
  async openServices(
    session: Pick<Session, 'endpoint' | 'credential'> & Partial<Pick<Session, 'trustedHosts'>>,
  ): Promise<Services> {
    const [{ openServices }, network] = await Promise.all([import('./openServices'), this.loadNetwork()]);
    const { logger, version, secrets, traffic } = this.options;
    return openServices(session, { logger, version, secrets, traffic, network });
  }

  /** Proxy and certificates as they are set now. */
  async networkOptions(): Promise<NetworkOptions> {
    return (await this.loadNetwork()).options();
  }

  setAttention(attention: Attention): void {
    const cameBack = attention.focused && !this.attention.focused;
    this.attention = attention;
    if (this.current) this.current.poller.setConditions(this.conditions());
    // What could not be opened is tried again, and the store says how that went.
    else if (cameBack) void this.require().catch(() => undefined);
  }

  dispose(): void {
    this.disposables.dispose();
    this.close(undefined);
  }

  private async loadNetwork(): Promise<Network> {
    const { Network } = await import('./network');
    this.network ??= new Network();
    return this.network;
  }

  private open(session: Session | undefined): void {
    const { store, sessions } = this.options;
    this.close(new ApiError('cancelled', 'The session ended', { code: localCodes.sessionEnded }));
    store.reset({ kind: session ? 'loading' : 'signedOut' }, session?.accountName);
    if (!session) {
      if (sessions.problem) store.fail(sessions.problem);
      return;
    }
    const { owned } = this;
    this.opening = loadedOnce(() => this.tryToConnect(session, owned));
    // Its failure is in the store and in the log.
    void this.opening().catch(() => undefined);
  }

  private async tryToConnect(session: Session, owned: DisposableStore): Promise<Connection> {
    try {
      return await this.connect(session, owned);
    } catch (error) {
      const failure = failureOf(error);
      this.options.logger.error(`The connection could not be opened: ${failure.message}`);
      if (owned === this.owned) this.options.store.fail(failure, { retriesOnReturn: true });
      throw error;
    }
  }

  private async connect(session: Session, owned: DisposableStore): Promise<Connection> {
    const { connected } = await import('./connected');
    const services = await this.openServices(session);
    const { store, clock, logger } = this.options;
    const endedBy = (): ApiError | undefined => this.endedBy;
    const conditions = this.conditions();
    const connection = connected({ session, services, store, clock, logger, conditions, owned, endedBy });
    if (owned === this.owned) this.connection = connection;
    return connection;
  }

  /** @param endedBy what the calls under way fail with */
  private close(endedBy: ApiError | undefined): void {
    this.endedBy = endedBy;
    this.connection = undefined;
    this.opening = undefined;
    this.owned.dispose();
    this.owned = new DisposableStore();
  }

  private conditions(): Attention & { readonly intervalMs: number } {
    const seconds = readSetting('tensorlake.refresh.intervalSeconds');
    return {
      ...this.attention,
      intervalMs: seconds <= 0 ? 0 : Math.max(shortestIntervalSeconds, seconds) * 1000,
    };
  }
}

/** The minimum that package.json declares, which hand-written settings may ignore. */
const shortestIntervalSeconds = 5;
