import { l10n } from 'vscode';
import type { KnownSecrets } from '../../api/http/redact';
import type { NetworkOptions } from '../../api/http/route/proxyRules';
import type { Clock } from '../../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import { Poller } from '../../core/list/poller';
import { RequestBudget } from '../../core/list/requestBudget';
import type { SandboxStore } from '../../core/list/store';
import type { Network } from './network';
import type { Services } from './openServices';
import { RunningSandboxes } from './runningSandboxes';
import { UserError } from '../../text/kit/failureText';
import type { Session, SessionStore } from './session';
import { onDidChangeSettings, readSetting } from '../editor/settings';

/** Everything that lives exactly as long as a session. */
export interface Connection extends Omit<Services, 'dispose' | 'inside'> {
  readonly session: Session;
  readonly poller: Poller;
  /** The requests that the session sends in the background. */
  readonly budget: RequestBudget;
  /** The inside of sandboxes that run, for what the user asks for only. */
  readonly running: RunningSandboxes;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

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
  /** Called before something reaches into a sandbox. */
  readonly onReach: (sandboxId: string) => void;
}

/** The connection of the current session: opened at sign-in, closed at sign-out, replaced when the account changes. */
export class Connections implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private connection: Connection | undefined;
  private owned = new DisposableStore();
  /** The connection as it is being opened; absent when signed out. */
  private opening: Promise<Connection> | undefined;
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
   * the user for a command, before that has ended.
   *
   * @throws UserError when signed out
   */
  async require(): Promise<Connection> {
    await this.options.sessions.whenFound;
    if (!this.opening) throw new UserError(l10n.t('Sign in to Tensorlake first.'));
    return await this.opening;
  }

  /**
   * Opens the API of a server with a credential that need not be the session's. The caller disposes it. What talks to a
   * server is loaded here, so that the start of the editor does not wait for it.
   */
  async openServices(
    session: Pick<Session, 'endpoint' | 'credential'> & Partial<Pick<Session, 'trustedHosts'>>,
  ): Promise<Services> {
    const [{ openServices }, network] = await Promise.all([import('./openServices'), this.loadNetwork()]);
    const { logger, version, secrets, onReach } = this.options;
    return openServices(session, { logger, version, secrets, onReach, network });
  }

  /** Proxy and certificates as they are set now. */
  async networkOptions(): Promise<NetworkOptions> {
    return (await this.loadNetwork()).options();
  }

  setAttention(attention: Attention): void {
    this.attention = attention;
    this.current?.poller.setConditions(this.conditions());
  }

  dispose(): void {
    this.disposables.dispose();
    this.close();
  }

  private async loadNetwork(): Promise<Network> {
    const { Network } = await import('./network');
    this.network ??= new Network();
    return this.network;
  }

  private open(session: Session | undefined): void {
    this.close();
    this.options.store.reset({ kind: session ? 'loading' : 'signedOut' }, session?.accountName);
    if (!session) return;
    const { owned } = this;
    this.opening = this.connect(session, owned);
    this.opening.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.options.logger.error(`The connection could not be opened: ${message}`);
      if (owned === this.owned) this.options.store.fail({ kind: 'network', message });
    });
  }

  private async connect(session: Session, owned: DisposableStore): Promise<Connection> {
    const services = await this.openServices(session);
    const { loggingBadRows } = await import('./openServices');
    const { store, clock, logger } = this.options;
    const abort = new AbortController();
    owned.add({ dispose: () => abort.abort() });
    owned.add(services);
    const budget = new RequestBudget(clock);
    const poller = owned.add(
      new Poller({
        source: loggingBadRows(services.sandboxes.withoutRetries(), logger),
        store,
        clock,
        conditions: this.conditions(),
        random: Math.random,
        budget,
        onFailure: error => logger.warn(`Refresh failed (${error.kind}): ${error.message}`),
      }),
    );
    const connection: Connection = {
      ...services,
      session,
      poller,
      budget,
      running: new RunningSandboxes({
        sandboxes: services.sandboxes,
        poller,
        store,
        clock,
        inside: services.inside,
        signal: abort.signal,
      }),
      signal: abort.signal,
    };
    if (owned === this.owned) this.connection = connection;
    return connection;
  }

  private close(): void {
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
