import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { GuestClock } from '../machine/guestClock';
import { History } from './history';
import { signalProcess } from '../machine/members';
import type { PtyClient } from './ptyClient';
import { closeCodes } from './ptyProtocol';
import type { Size, Terminal } from './terminal';

/** How much output an attach replays. */
const replayBytes = 1024 * 1024;
const killAfterMs = 5_000;

const signalExit = 128;

/** A terminal and all who look at it (API reference section 3.7). */
export class PtySession {
  /** 21 characters of the nanoid alphabet. */
  readonly id = randomBytes(16).toString('base64url').slice(0, 21);
  readonly token = randomBytes(32).toString('hex');
  readonly createdAtMs: number;
  endedAtMs: number | undefined;
  exitCode: number | undefined;
  /** Since when nobody has looked; absent while somebody does. */
  aloneSinceMs: number | undefined;
  private size: Size;
  private readonly history = new History(replayBytes);
  private readonly clients = new Set<PtyClient>();
  private cancelKill = (): void => undefined;

  constructor(
    private readonly terminal: Terminal,
    readonly command: string,
    readonly args: readonly string[],
    size: Size,
    private readonly clock: GuestClock,
  ) {
    this.size = size;
    this.createdAtMs = clock.now();
    this.aloneSinceMs = this.createdAtMs;
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
    const [given, own] = [Buffer.from(text), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }

  /** What an attach shows first. */
  replay(): readonly Buffer[] {
    return this.history.last();
  }

  attach(client: PtyClient): void {
    this.clients.add(client);
    this.aloneSinceMs = undefined;
    if (this.exitCode !== undefined) client.exited(this.exitCode);
  }

  detach(client: PtyClient): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.aloneSinceMs = this.clock.now();
  }

  input(bytes: Buffer): void {
    if (this.isAlive) this.terminal.write(bytes);
  }

  resize({ rows, cols }: Size): void {
    this.size = clampSize({ rows, cols });
    if (this.isAlive) this.terminal.resize(this.size.cols, this.size.rows);
  }

  /** Hangs up, and kills what stays. */
  terminate(): void {
    for (const client of this.clients) client.close(closeCodes.goingAway, 'session terminated');
    if (!this.isAlive) return;
    signalProcess(this.pid, 'SIGHUP');
    this.cancelKill = this.clock.after(killAfterMs, () => this.kill());
  }

  /** Kills the program and what it has started in its group. */
  kill(): void {
    if (!this.isAlive) return;
    signalProcess(-this.pid, 'SIGKILL');
    signalProcess(this.pid, 'SIGKILL');
  }

  /** PtySession; the token is never told again. */
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

  private output(chunk: Buffer): void {
    this.history.add(chunk);
    for (const client of this.clients) client.output(chunk);
  }

  private ended(code: number): void {
    this.cancelKill();
    this.endedAtMs = this.clock.now();
    this.exitCode = code;
    for (const client of this.clients) client.exited(code);
  }
}

const mostRows = 500;
const mostCols = 1_000;

/** Sizes are brought into 1 to 500 rows and 1 to 1000 columns. */
export function clampSize({ rows, cols }: Size): Size {
  return { rows: Math.min(Math.max(rows, 1), mostRows), cols: Math.min(Math.max(cols, 1), mostCols) };
}
