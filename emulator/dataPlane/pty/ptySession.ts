import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { GuestClock } from '../machine/guestClock';
import { signalProcess } from '../machine/members';
import { History } from './history';
import { closeCodes } from './ptyProtocol';
import type { Size, Terminal } from './terminal';

/** How much output a new viewer is sent. */
const replayBytes = 1024 * 1024;

const signalExit = 128;

/** A viewer that shows a terminal. */
export interface PtyViewer {
  /** Output as the program writes it. */
  output(chunk: Buffer): void;
  /** The program has ended. */
  exited(code: number): void;
  /** Ends the connection with the code and reason of a WebSocket close. */
  close(code: number, reason: string): void;
}

/** A terminal and its viewers (API reference section 3.7). */
export class PtySession {
  /** 21 characters of the nanoid alphabet. */
  readonly id = randomBytes(16).toString('base64url').slice(0, 21);
  readonly token = randomBytes(32).toString('hex');
  readonly createdAtMs: number;
  endedAtMs: number | undefined;
  exitCode: number | undefined;
  /** Since when it has had no viewer; absent while it has one. */
  unattendedSinceMs: number | undefined;
  private size: Size;
  private readonly history = new History(replayBytes);
  private readonly viewers = new Set<PtyViewer>();

  constructor(
    private readonly terminal: Terminal,
    readonly command: string,
    readonly args: readonly string[],
    size: Size,
    private readonly clock: GuestClock,
  ) {
    this.size = size;
    this.createdAtMs = clock.now();
    this.unattendedSinceMs = this.createdAtMs;
    terminal.onData(data => this.output(Buffer.isBuffer(data) ? data : Buffer.from(String(data))));
    terminal.onExit(({ exitCode, signal = 0 }) => this.ended(signal === 0 ? exitCode : signalExit + signal));
  }

  get pid(): number {
    return this.terminal.pid;
  }

  get isAlive(): boolean {
    return this.endedAtMs === undefined;
  }

  isToken(text: string): boolean {
    const [actual, expected] = [Buffer.from(text), Buffer.from(this.token)];
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }

  /** The output that a new viewer is sent first. */
  replay(): readonly Buffer[] {
    return this.history.last();
  }

  attach(viewer: PtyViewer): void {
    this.viewers.add(viewer);
    this.unattendedSinceMs = undefined;
    if (this.exitCode !== undefined) viewer.exited(this.exitCode);
  }

  detach(viewer: PtyViewer): void {
    this.viewers.delete(viewer);
    if (this.viewers.size === 0) this.unattendedSinceMs = this.clock.now();
  }

  input(bytes: Buffer): void {
    if (this.isAlive) this.terminal.write(bytes);
  }

  resize({ rows, cols }: Size): void {
    this.size = clampSize({ rows, cols });
    if (this.isAlive) this.terminal.resize(this.size.cols, this.size.rows);
  }

  /** Drops the viewers and tells the program that its terminal is gone, after which it may stay. */
  hangUp(): void {
    this.dropViewers();
    if (this.isAlive) signalProcess(this.pid, 'SIGHUP');
  }

  /** Drops the viewers and kills the program with the rest of its process group. */
  kill(): void {
    this.dropViewers();
    if (!this.isAlive) return;
    signalProcess(-this.pid, 'SIGKILL');
    signalProcess(this.pid, 'SIGKILL');
  }

  /** PtySession, without the token. */
  info() {
    return {
      session_id: this.id,
      pid: this.pid,
      command: this.command,
      args: this.args,
      rows: this.size.rows,
      cols: this.size.cols,
      created_at: this.createdAtMs,
      ended_at: this.endedAtMs ?? null,
      exit_code: this.exitCode ?? null,
      is_alive: this.isAlive,
    };
  }

  private dropViewers(): void {
    for (const viewer of this.viewers) viewer.close(closeCodes.goingAway, 'session terminated');
  }

  private output(chunk: Buffer): void {
    this.history.add(chunk);
    for (const viewer of this.viewers) viewer.output(chunk);
  }

  private ended(code: number): void {
    this.endedAtMs = this.clock.now();
    this.exitCode = code;
    for (const viewer of this.viewers) viewer.exited(code);
  }
}

const mostRows = 500;
const mostCols = 1_000;

/** Limits a size to 1 to 500 rows and 1 to 1000 columns. */
export function clampSize({ rows, cols }: Size): Size {
  return { rows: Math.min(Math.max(rows, 1), mostRows), cols: Math.min(Math.max(cols, 1), mostCols) };
}
