import { l10n } from 'vscode';
import { ApiClient } from '../api/client';
import { ControlPlane } from '../api/controlPlane';
import { UndiciTransport } from '../api/undiciTransport';
import type { Clock } from '../core/clock';
import { DisposableStore, type DisposableLike } from '../core/disposable';
import type { Logger } from '../core/logger';
import { Poller, type SandboxSource } from '../core/poller';
import type { SandboxStore } from '../core/store';
import { UserError } from './messages';
import { networkOptions } from './network';
import type { Session, SessionStore } from './session';
import { onDidChangeSettings, readSetting } from './settings';

/** Everything that lives exactly as long as a session. */
export interface Connection {
  readonly session: Session;
  readonly control: ControlPlane;
  readonly poller: Poller;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

/** Who is looking: decides how often the list is read. */
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
}

/** Owns the connection of the present session: opened at sign-in, closed at sign-out, replaced on a switch. */
export class Connections implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private connection: { readonly value: Connection; readonly owned: DisposableStore } | undefined;
  private attention: Attention = { focused: false, visible: false };

  constructor(private readonly options: ConnectionsOptions) {
    this.disposables.add(options.sessions.onDidChange(session => this.open(session)));
    this.disposables.add(
      onDidChangeSettings(['tensorlake.refresh.intervalSeconds'], () => this.setAttention(this.attention)),
    );
  }

  get current(): Connection | undefined {
    return this.connection?.value;
  }

  /** The present connection. @throws UserError when signed out */
  require(): Connection {
    if (!this.connection) throw new UserError(l10n.t('Sign in to Tensorlake first.'));
    return this.connection.value;
  }

  setAttention(attention: Attention): void {
    this.attention = attention;
    this.current?.poller.setConditions(this.conditions());
  }

  dispose(): void {
    this.disposables.dispose();
    this.close();
  }

  private open(session: Session | undefined): void {
    this.close();
    const { store, clock, logger, version } = this.options;
    store.reset({ kind: session ? 'loading' : 'signedOut' });
    if (!session) return;
    const owned = new DisposableStore();
    const abort = new AbortController();
    owned.add({ dispose: () => abort.abort() });
    const control = owned.add(connect(session, { logger, version }));
    const poller = owned.add(
      new Poller({
        source: loggingBadRows(control.plane.withoutRetries(), logger),
        store,
        clock,
        conditions: this.conditions(),
        random: Math.random,
        onFailure: error => logger.warn(`Refresh failed (${error.kind}): ${error.message}`),
      }),
    );
    this.connection = { value: { session, control: control.plane, poller, signal: abort.signal }, owned };
  }

  private close(): void {
    const open = this.connection;
    this.connection = undefined;
    open?.owned.dispose();
  }

  private conditions(): Attention & { readonly intervalMs: number } {
    const seconds = readSetting('tensorlake.refresh.intervalSeconds');
    return {
      ...this.attention,
      intervalMs: seconds <= 0 ? 0 : Math.max(shortestIntervalSeconds, seconds) * 1000,
    };
  }
}

/** Says in the log which rows of a listing could not be read; the view only counts them. */
function loggingBadRows(plane: ControlPlane, logger: Logger): SandboxSource {
  return {
    get: (id, signal) => plane.get(id, signal),
    listPage: async (query, signal) => {
      const page = await plane.listPage(query, signal);
      for (const { index, reason } of page.badRowList)
        logger.warn(`Row ${index} of the listing could not be read: ${reason}`);
      return page;
    },
  };
}

/** What the manifest declares as the least; hand-written settings may say less. */
const shortestIntervalSeconds = 5;

/** Opens a way to the control plane with a key; the caller lets go of it. */
export function connect(
  session: Pick<Session, 'endpoint' | 'credential'>,
  options: { readonly logger: Logger; readonly version: string },
): { readonly plane: ControlPlane } & DisposableLike {
  const transport = new UndiciTransport({ network: networkOptions });
  const { endpoint, credential } = session;
  const client = new ApiClient({ transport, endpoint, credential, ...options });
  const plane = new ControlPlane(client, { namespace: readSetting('tensorlake.namespace') });
  return { plane, dispose: () => transport.dispose() };
}
