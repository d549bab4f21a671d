import type { Duplex } from 'node:stream';
import { isNothingListening } from '../../api/data/tunnel';
import type { AppContext } from '../../app/appContext';
import { sendInside } from '../../app/offeredInside';
import { reachRunning } from '../../app/reach';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { cancelledBy } from '../../core/kernel/errors';
import { Emitter } from '../../core/kernel/event';
import type { KeptForward, KeptForwards } from './keptForwards';
import type { PortForward } from './portForward';
import { PortForwards } from './portForwards';

/** Which port of this machine a forward takes; by default that of the sandbox if it is free, else the next one. */
export interface LocalChoice {
  /** Exactly this one. */
  readonly localPort?: number | undefined;
  /** Whether something is known to listen inside. */
  readonly isListening?: boolean;
}

/** The forwards of this window. They end with the session that opened them, and with the sandbox. */
export class Forwards implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly ports = this.disposables.add(new PortForwards());
  /** Fires with a forward that was opened, closed, or whose state changed. */
  readonly onDidChange = this.ports.onDidChange;

  private readonly leftChanges = this.disposables.add(new Emitter<undefined>());
  /** Fires when those of before a reload may be fewer. */
  readonly onDidChangeLeft = this.leftChanges.event;
  /** The address of the service of each. */
  private readonly endpoints = new WeakMap<PortForward, string>();

  constructor(
    private readonly app: AppContext,
    private readonly kept: KeptForwards,
  ) {
    this.disposables.add(
      this.onDidChange(({ sandboxId, remotePort, state: { trouble } }) => {
        if (trouble?.kind !== 'failed') return;
        const reason = trouble.error instanceof Error ? trouble.error.message : String(trouble.error);
        app.log.warn(`Port ${remotePort} of ${sandboxId} could not be reached: ${reason}`);
      }),
    );
    this.disposables.add(
      app.store.onDidChange(({ current }) => {
        for (const forward of this.list()) {
          const row = current.rows.get(forward.sandboxId);
          const isOver = row ? row.sandbox.state === 'terminated' : current.status.kind === 'fresh';
          if (isOver) this.remove(forward);
        }
      }),
    );
  }

  /** Forwards of one sandbox, ordered by remote port; of all sandboxes without an id. */
  list(sandboxId?: string): readonly PortForward[] {
    return this.ports.list(sandboxId);
  }

  find(sandboxId: string, remotePort: number): PortForward | undefined {
    return this.ports.find(sandboxId, remotePort);
  }

  remove(forward: PortForward): void {
    this.ports.remove(forward);
    void this.remember();
  }

  /** Those of before the reload that are not open again, and whose sandbox is in the list. */
  left(): readonly KeptForward[] {
    const endpoint = this.app.connections.current?.session.endpoint.text;
    const { rows } = this.app.store.current;
    const isThere = ({ sandboxId }: KeptForward): boolean =>
      rows.has(sandboxId) && rows.get(sandboxId)?.sandbox.state !== 'terminated';
    return endpoint === undefined ? [] : this.kept.leftOf(endpoint).filter(isThere);
  }

  /** Does not offer them any more. */
  async forgetLeft(): Promise<void> {
    for (const kept of this.left()) this.kept.drop(kept);
    await this.remember();
  }

  /**
   * Forwards a port of a running sandbox to this machine, or returns the existing forward. Refuses connections while
   * the sandbox is suspended, since a tunnel would resume it.
   */
  async open(
    sandboxId: string,
    remotePort: number,
    { localPort, isListening = false }: LocalChoice = {},
  ): Promise<PortForward> {
    const before = this.ports.find(sandboxId, remotePort);
    if (before && (localPort === undefined || before.localPort === localPort)) return before;
    const connection = await this.app.connections.require();
    const { session, signal: sessionSignal } = connection;
    const forward = await this.ports.add(
      {
        sandboxId,
        remotePort,
        isNothingListening,
        open: async signal => {
          const { client, sandbox } = await reachRunning(connection, sandboxId);
          const open = (): Promise<Duplex> => client.tunnel(remotePort, signal);
          return await sendInside(this.app, { connection, sandbox }, 'tunnels', open);
        },
      },
      // Sandboxes of a local service may share the ports of this machine, and a forward must not lead to itself: what
      // already listens inside would be in its way.
      localPort ?? (session.endpoint.isLoopback && !isListening ? 0 : undefined),
    );
    // A forward must not serve, or be shown to, another account.
    this.ports.endWith(sessionSignal, forward);
    if (sessionSignal.aborted) throw cancelledBy(sessionSignal);
    this.endpoints.set(forward, session.endpoint.text);
    await this.remember();
    return forward;
  }

  /** Not called when the session or the window ends: what is open then comes back after a reload. */
  private async remember(): Promise<void> {
    const open = this.list().flatMap(forward => {
      const endpoint = this.endpoints.get(forward);
      const { sandboxId, remotePort, localPort } = forward;
      return endpoint === undefined ? [] : [{ endpoint, sandboxId, remotePort, localPort }];
    });
    await this.kept.remember(open);
    this.leftChanges.fire(undefined);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
