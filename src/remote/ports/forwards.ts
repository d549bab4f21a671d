import { isNothingListening } from '../../api/data/tunnel';
import type { AppContext } from '../../app/appContext';
import { reachRunning } from '../../app/reach';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { cancelledBy } from '../../core/kernel/errors';
import type { PortForward } from './portForward';
import { PortForwards } from './portForwards';

/** The forwards of this window. They end with the session that opened them, and with the sandbox. */
export class Forwards implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly ports = this.disposables.add(new PortForwards());
  /** Fires with a forward that was opened, closed, or whose state changed. */
  readonly onDidChange = this.ports.onDidChange;

  constructor(private readonly app: AppContext) {
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

  remove(forward: PortForward): void {
    this.ports.remove(forward);
  }

  /**
   * Forwards a port of a running sandbox to this machine, or returns the existing forward. Refuses connections while
   * the sandbox is suspended, since a tunnel would resume it.
   *
   * @param localPort exactly this one; by default, any
   */
  async open(sandboxId: string, remotePort: number, localPort?: number): Promise<PortForward> {
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
          const { client } = await reachRunning(connection, sandboxId);
          return await client.tunnel(remotePort, signal);
        },
      },
      // Sandboxes of a local service may share the ports of this machine, and a forward must not lead to itself.
      localPort ?? (session.endpoint.isLoopback ? 0 : undefined),
    );
    // A forward must not serve, or be shown to, another account.
    this.ports.endWith(sessionSignal, forward);
    if (sessionSignal.aborted) throw cancelledBy(sessionSignal);
    return forward;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
