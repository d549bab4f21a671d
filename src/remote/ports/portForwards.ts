import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { PortForward, type PortForwardOptions } from './portForward';

/** Owns the forwards of this window. They end with it, and with the session that opened them. */
export class PortForwards implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<PortForward>());
  /** Fires with a forward that was opened, closed, or whose state changed. */
  readonly onDidChange = this.emitter.event;
  private readonly open = new Set<PortForward>();

  /** Forwards of one sandbox, ordered by remote port; of all sandboxes without an id. */
  list(sandboxId?: string): readonly PortForward[] {
    return [...this.open]
      .filter(forward => sandboxId === undefined || forward.sandboxId === sandboxId)
      .sort((a, b) => a.remotePort - b.remotePort || a.localPort - b.localPort);
  }

  find(sandboxId: string, remotePort: number): PortForward | undefined {
    return this.list(sandboxId).find(forward => forward.remotePort === remotePort);
  }

  /**
   * Opens a forward. The local port is the remote one if it is free, otherwise the next one that is.
   *
   * @param localPort exactly this one, or an error of the socket
   */
  async add(options: PortForwardOptions, localPort?: number): Promise<PortForward> {
    const forward = await (localPort === undefined
      ? startNear(options)
      : PortForward.start(options, localPort));
    this.open.add(forward);
    forward.onDidChange(() => this.emitter.fire(forward));
    this.emitter.fire(forward);
    return forward;
  }

  remove(forward: PortForward): void {
    if (!this.open.delete(forward)) return;
    forward.dispose();
    this.emitter.fire(forward);
  }

  /** Removes a forward when `session` is aborted, which may be a long time after the forward was ended by itself. */
  endWith(session: AbortSignal, forward: PortForward): void {
    if (session.aborted) this.remove(forward);
    else session.addEventListener('abort', () => this.remove(forward), { signal: forward.ended });
  }

  /** Ends the forwards of one sandbox, or all of them. */
  clear(sandboxId?: string): void {
    for (const forward of this.list(sandboxId)) this.remove(forward);
  }

  dispose(): void {
    this.clear();
    this.disposables.dispose();
  }
}

/** Ports that are tried after the one of the sandbox, before any is taken. */
const nextPorts = 20;
const highestPort = 65_535;

async function startNear(options: PortForwardOptions): Promise<PortForward> {
  const { remotePort } = options;
  const last = Math.min(remotePort + nextPorts, highestPort);
  for (let port = remotePort; port <= last; port += 1) {
    try {
      return await PortForward.start(options, port);
    } catch (error) {
      if (!isTaken(error)) break;
    }
  }
  return await PortForward.start(options, 0);
}

/** In use: anything else, such as a port that needs rights, is likely true of the next ones too. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
