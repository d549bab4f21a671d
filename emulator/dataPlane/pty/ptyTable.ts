import { refusal } from '../../http/refusal';
import type { GuestClock } from '../machine/guestClock';
import { spawnFailure, type Launcher } from '../machine/launcher';
import { PtySession } from './ptySession';
import { openTerminal, type Size } from './terminal';

const mostSessions = 64;
const unattendedMs = 300_000;
const listedMs = 60_000;
/** How long a program has to end after it was hung up on. */
const hangUpMs = 5_000;
const sweepMs = 5_000;

interface PtyRequest extends Size {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

/** The terminals of one sandbox (API reference section 3.7). */
export class PtyTable {
  private readonly sessions = new Map<string, PtySession>();
  private sweeping = false;
  private opening = 0;
  private nextUnit = 1;
  private hasStopped = false;

  constructor(
    private readonly clock: GuestClock,
    private readonly launcher: Launcher,
  ) {}

  list(): readonly PtySession[] {
    return [...this.sessions.values()];
  }

  find(id: string): PtySession | undefined {
    return this.sessions.get(id);
  }

  /** @throws HttpError 429 `TOO_MANY_SESSIONS`, 500 when the program cannot be started */
  async create(request: PtyRequest): Promise<PtySession> {
    if (this.sessions.size + this.opening >= mostSessions) {
      throw refusal(429, `Too many PTY sessions (max ${mostSessions})`, 'TOO_MANY_SESSIONS');
    }
    this.opening += 1;
    try {
      const { command, args, env, workingDir, rows, cols } = request;
      const unit = `pty-${this.nextUnit++}`;
      const launch = await this.launcher.prepare({
        command,
        args,
        env: { TERM: 'xterm-256color', ...env },
        workingDir,
        unit,
      });
      const terminal = await openTerminal(launch, { rows, cols }).catch(() => {
        throw spawnFailure();
      });
      const session = new PtySession(terminal, command, args, { rows, cols }, this.clock);
      if (this.hasStopped) {
        session.kill();
        throw spawnFailure();
      }
      this.sessions.set(session.id, session);
      this.startSweeping();
      return session;
    } finally {
      this.opening -= 1;
    }
  }

  /**
   * Hangs up. The session stays in the list for as long as its program may take to end, and counts until then; one that
   * has ended stays for as long as any other.
   */
  end(session: PtySession): void {
    if (!session.isAlive) return;
    session.hangUp();
    this.clock.after(hangUpMs, () => this.drop(session));
  }

  /** The pids of the programs that run. */
  pids(): readonly number[] {
    return this.list()
      .filter(({ isAlive }) => isAlive)
      .map(({ pid }) => pid);
  }

  /** Ends all of them and empties the list. */
  clear(): void {
    this.endAll();
    this.sessions.clear();
  }

  /** Ends all of them, those included that are still starting. */
  stop(): void {
    this.hasStopped = true;
    this.endAll();
  }

  private endAll(): void {
    for (const session of this.sessions.values()) session.kill();
  }

  private drop(session: PtySession): void {
    session.kill();
    this.sessions.delete(session.id);
  }

  private startSweeping(): void {
    if (this.sweeping) return;
    this.sweeping = true;
    this.clock.every(sweepMs, () => this.sweep());
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const session of this.list()) {
      const { endedAtMs, unattendedSinceMs } = session;
      const isExpired = endedAtMs !== undefined && now - endedAtMs >= listedMs;
      const isAbandoned =
        endedAtMs === undefined && unattendedSinceMs !== undefined && now - unattendedSinceMs >= unattendedMs;
      if (isExpired || isAbandoned) this.drop(session);
    }
  }
}
