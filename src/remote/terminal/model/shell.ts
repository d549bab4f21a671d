import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import { ApiError, isUnknownToProxy } from '../../../core/kernel/errors';
import type { SandboxState } from '../../../core/sandbox/state';
import { isShellRefused } from '../../../core/terminal/shellRefusal';
import type { TerminalEnd, TerminalSize } from '../../../core/terminal/terminalSession';
import { Replay, type Replayed } from './replay';
import type { OutputPump } from '../../../core/terminal/outputPump';
import { Reconnect } from './reconnect';
import { TypedAhead, type Kept } from './typedAhead';
import type {
  ShellConnection,
  ShellConnector,
  ShellEnd,
  ShellNotice,
} from '../../../core/terminal/shellEvents';

/**
 * - `waiting`: the next try is due after a pause.
 * - `suspended`: so is the sandbox, and only the user resumes it.
 * - `gaveUp`: enough tries have failed; the user begins them again.
 */
type Phase = 'idle' | 'connecting' | 'attached' | 'waiting' | 'suspended' | 'waking' | 'gaveUp' | 'ended';

/** Receives the output of a shell. */
export type ShellOutput = Pick<OutputPump, 'push' | 'clear' | 'replayBegins' | 'replayEnds'>;

/** Shows messages about a shell besides its output. */
export interface ShellView {
  notice(notice: ShellNotice): void;
  /** Called once. Nothing follows. */
  ended(end: ShellEnd): void;
}

/** How long a read of the sandbox state may delay the report of a broken connection, in milliseconds. */
const patienceMs = 1_000;

/** A replay arrives at once; it is over after this much silence, in milliseconds. */
const replaySilenceMs = 400;
const longestReplayMs = 3_000;

/** Time for a program to notice a changed terminal size, in milliseconds. */
const redrawMs = 150;

/**
 * The connection of one terminal to a shell in a sandbox. Reconnects automatically, but never to a sandbox that is not
 * running: before each attempt it reads the state from the service, which does not resume the sandbox.
 */
export class Shell implements DisposableLike {
  private phase: Phase = 'idle';
  private connection: ShellConnection | undefined;
  private readonly abort = new AbortController();
  private readonly replay = new Replay();
  private size: TerminalSize | undefined;
  private isHeld = false;
  /** Number of the current connection; events of earlier ones are ignored. */
  private attempts = 0;
  private readonly typedAhead = new TypedAhead();
  /** The last notice about keys, so that each is given once. */
  private toldOfKeys: Kept = 'nothing';
  /** Why the connection broke, until it is reported. */
  private unreported: ShellNotice | undefined;
  private hasBeenAttached = false;
  /** Whether the shell was attached to another terminal before, so that its first output is a replay. */
  private isReplayed = false;
  private attachedAtMs = 0;
  private silence: DisposableLike | undefined;
  private redrawing: DisposableLike | undefined;

  private readonly reconnect: Reconnect;

  constructor(
    private readonly connector: ShellConnector,
    private readonly output: ShellOutput,
    private readonly view: ShellView,
    private readonly clock: Clock,
  ) {
    this.reconnect = new Reconnect(clock, () => this.retry());
  }

  get isOver(): boolean {
    return this.phase === 'ended';
  }

  /**
   * Attaches to the shell of a sandbox that is known to be running.
   *
   * @param isKnown whether it was attached before, so that its output begins with a replay
   */
  start(size: TerminalSize | undefined, isKnown: boolean): void {
    this.size = size;
    this.isReplayed = isKnown;
    if (this.phase === 'idle') void this.attach();
  }

  /**
   * Sends input of the user. While a connection is being opened it is kept and sent afterwards, since that leads to the
   * same shell or to none. Otherwise only Enter has an effect: what the last notice offered.
   */
  write(input: string): void {
    if (this.phase === 'attached') this.connection?.write(input);
    else if (this.phase === 'connecting' || this.phase === 'waiting') this.keep(input);
    else if (input.includes('\r')) this.enter();
  }

  resize(size: TerminalSize): void {
    this.size = size;
    this.connection?.resize(size);
  }

  /** Pauses or resumes the output. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (isHeld) this.connection?.pause();
    else this.connection?.resume();
  }

  /** Checks at once whether the connection is alive, for example after the machine slept. */
  probe(): void {
    if (this.phase === 'attached') this.connection?.probe();
    else if (this.phase === 'waiting') this.retry();
  }

  /** Handles a new state of the sandbox. */
  observe(state: SandboxState | 'gone'): void {
    if (state === 'terminated' || state === 'gone') this.finish({ kind: 'sandboxGone' });
    else if (state === 'suspended' && (this.phase === 'attached' || this.phase === 'waiting'))
      this.suspended();
    else if (state === 'running' && this.phase === 'suspended') this.retry();
  }

  /** Detaches; the shell keeps running. */
  dispose(): void {
    this.phase = 'ended';
    this.abort.abort();
    this.stopTimers();
    this.connection?.close();
    this.connection = undefined;
  }

  private keep(input: string): void {
    // Alone it means: try at once.
    const isEnter = input === '\r' && this.typedAhead.isEmpty && this.hasBeenAttached;
    if (!isEnter) this.tellOfKeys(this.typedAhead.add(input));
    if (input.includes('\r')) this.enter();
  }

  private tellOfKeys(kept: Kept): void {
    if (kept === 'nothing' || kept === this.toldOfKeys) return;
    this.toldOfKeys = kept;
    if (kept === 'tooMuch') this.view.notice({ kind: 'keysDropped' });
    else if (this.hasBeenAttached) this.view.notice({ kind: 'keysKept' });
  }

  /** The shell may never be reached again, or not for long. */
  private dropKeys(): void {
    this.toldOfKeys = 'nothing';
    if (this.typedAhead.take() !== '') this.view.notice({ kind: 'keysDropped' });
  }

  private enter(): void {
    if (this.phase === 'waiting' || this.phase === 'gaveUp') {
      this.reconnect.startOver();
      this.retry();
    } else if (this.phase === 'suspended') void this.wake();
  }

  private retry(): void {
    this.stopTimers();
    void this.attach();
  }

  private async wake(): Promise<void> {
    this.phase = 'waking';
    this.view.notice({ kind: 'waking' });
    await this.connector.wake();
    if (this.is('waking')) await this.attach();
  }

  private async attach(): Promise<void> {
    this.phase = 'connecting';
    this.attempts += 1;
    const attempt = this.attempts;
    const isCurrent = (): boolean => attempt === this.attempts && !this.isOver;
    const { signal } = this.abort;
    try {
      if (attempt > 1 && !(await this.isRunning(signal))) return;
      this.reportBreak();
      this.replay.begin();
      const connection = await this.connector.attach(
        {
          output: bytes => {
            if (isCurrent()) this.take(bytes);
          },
          ended: end => {
            if (isCurrent()) this.broke(end);
          },
        },
        signal,
      );
      if (isCurrent() && this.is('connecting')) this.attached(connection);
      else connection.dispose();
    } catch (error) {
      if (isCurrent() && this.is('connecting')) this.failed(error);
    }
  }

  /** Whether to attempt a connection now; if not, the phase is changed to match the state of the sandbox. */
  private async isRunning(signal: AbortSignal): Promise<boolean> {
    const patience = this.clock.after(patienceMs, () => this.reportBreak());
    const state = await this.connector.sandboxState(signal).finally(() => patience.dispose());
    if (!this.is('connecting')) return false;
    switch (state) {
      case 'gone':
      case 'terminated':
        this.finish({ kind: 'sandboxGone' });
        return false;
      case 'suspended':
      case 'suspending':
        this.suspended();
        return false;
      case 'running':
        return true;
      case 'pending':
      case 'snapshotting':
      case 'unknown':
        this.waitForNextTry();
        return false;
    }
  }

  private attached(connection: ShellConnection): void {
    this.connection = connection;
    this.phase = 'attached';
    this.attachedAtMs = this.clock.monotonic();
    this.reconnect.attached();
    if (this.isHeld) connection.pause();
    if (this.hasBeenAttached) {
      if (this.replay.isComparing) this.awaitReplay();
      else this.view.notice({ kind: 'reconnected' });
      this.redraw(connection);
    } else if (this.isReplayed) {
      this.output.replayBegins();
      this.awaitEndOfReplay();
      this.redraw(connection);
    } else if (this.size) connection.resize(this.size);
    this.hasBeenAttached = true;
    this.toldOfKeys = 'nothing';
    const typed = this.typedAhead.take();
    if (typed !== '') connection.write(typed);
  }

  /** Programs redraw their screen only when its size changes. */
  private redraw(connection: ShellConnection): void {
    if (!this.size) return;
    const { rows, cols } = this.size;
    connection.resize({ rows: rows > 1 ? rows - 1 : rows + 1, cols });
    this.redrawing?.dispose();
    this.redrawing = this.clock.after(redrawMs, () => {
      if (this.size) this.connection?.resize(this.size);
    });
  }

  private take(bytes: Uint8Array): void {
    const wasComparing = this.replay.isComparing;
    this.show(this.replay.take(bytes), wasComparing);
  }

  private show(replayed: Replayed, wasComparing: boolean): void {
    this.silence?.dispose();
    if (replayed.kind === 'wait') {
      this.awaitReplay();
      return;
    }
    const startsOver = replayed.kind === 'startOver';
    if (startsOver) this.output.clear();
    if (wasComparing) this.view.notice({ kind: 'reconnected' });
    if (startsOver) this.output.replayBegins();
    if (replayed.bytes.length > 0) {
      this.replay.shown(replayed.bytes);
      this.output.push(replayed.bytes);
    }
    if (startsOver) this.output.replayEnds();
    else if (this.isReplayed) this.awaitEndOfReplay();
  }

  /** A program that never pauses gets its answers after a limited time. */
  private awaitEndOfReplay(): void {
    const leftMs = this.attachedAtMs + longestReplayMs - this.clock.monotonic();
    this.silence = this.clock.after(Math.min(leftMs, replaySilenceMs), () => this.replayed());
  }

  private replayed(): void {
    this.isReplayed = false;
    this.output.replayEnds();
  }

  private awaitReplay(): void {
    this.silence?.dispose();
    this.silence = this.clock.after(replaySilenceMs, () => this.show(this.replay.settle(), true));
  }

  private broke(end: TerminalEnd): void {
    if (this.replay.isComparing) this.show(this.replay.settle(), true);
    this.silence?.dispose();
    this.connection = undefined;
    this.reconnect.broke();
    switch (end.kind) {
      case 'exited':
        this.finish(end);
        return;
      case 'killed':
        void this.finishKilled();
        return;
      case 'detached':
        return;
      case 'lagged':
      case 'flooded':
      case 'lost':
        this.unreported = end;
        this.waitForNextTry();
    }
  }

  private reportBreak(): void {
    if (this.unreported) this.view.notice(this.unreported);
    this.unreported = undefined;
  }

  /** Asks the service whether the sandbox ended as well, or the shell alone. */
  private async finishKilled(): Promise<void> {
    this.phase = 'connecting';
    const state = await this.connector.sandboxState(this.abort.signal).catch(() => undefined);
    this.finish({ kind: state === 'terminated' || state === 'gone' ? 'sandboxGone' : 'killed' });
  }

  private failed(error: unknown): void {
    if (this.connector.isSignedOut()) this.finish({ kind: 'signedOut' });
    else if (isShellRefused(error) && !this.hasBeenAttached && !this.isReplayed) {
      this.connector.abandon();
      this.finish({ kind: 'refused', reason: error.message });
    } else if (ApiError.is(error, 'notFound') && !isUnknownToProxy(error))
      this.finish({ kind: 'gone', isSudden: this.reconnect.isLostLately });
    else {
      if (!this.reconnect.isBroken)
        this.unreported = { kind: 'lost', reason: error instanceof Error ? error.message : String(error) };
      this.reportBreak();
      // A refusal is no lost connection: another try would be refused as well.
      if (isShellRefused(error) || ApiError.is(error, 'unauthenticated')) this.giveUp();
      else this.waitForNextTry();
    }
  }

  private waitForNextTry(): void {
    if (this.connector.isSignedOut()) {
      this.finish({ kind: 'signedOut' });
      return;
    }
    if (this.reconnect.plan()) this.phase = 'waiting';
    else this.giveUp();
  }

  private giveUp(): void {
    this.phase = 'gaveUp';
    this.dropKeys();
    this.view.notice({ kind: 'gaveUp' });
  }

  private suspended(): void {
    this.stopTimers();
    const { connection } = this;
    this.connection = undefined;
    this.attempts += 1;
    this.unreported = undefined;
    this.phase = 'suspended';
    connection?.dispose();
    this.dropKeys();
    this.view.notice({ kind: 'suspended' });
  }

  private finish(end: ShellEnd): void {
    if (this.phase === 'ended') return;
    this.dispose();
    this.dropKeys();
    this.view.ended(end);
  }

  private is(phase: Phase): boolean {
    return this.phase === phase;
  }

  private stopTimers(): void {
    this.reconnect.dispose();
    this.silence?.dispose();
    this.redrawing?.dispose();
  }
}
