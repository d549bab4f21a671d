import { inputBytesPerSecond, maxFrameBytes } from './ptyProtocol';

/** Input per second: below the limit of the server, to allow for clock drift. */
const budgetBytes = inputBytesPerSecond - 64 * 1024;
/** One second, with a margin for the same reason. */
const windowMs = 1_050;
/** A mark is sent after this many bytes. */
const markEveryBytes = 64 * 1024;
const chunkBytes = maxFrameBytes - 1;

/** Receives the paced input. */
export interface PacedSink {
  /** Sends at most 65,535 bytes; returns whether there is room for more. */
  send(chunk: Uint8Array): boolean;
  /** Requests a call of `acknowledge(mark)` once everything sent before has arrived. */
  mark(mark: number): void;
}

/**
 * Splits input into frames and delays them so that the server never receives more than its limit within one second of
 * its clock. The limit applies to when input arrives, not when it is sent, and a stalled network delivers in bursts. So
 * unacknowledged input counts against the limit too, however long ago it was sent.
 */
export class InputPacer {
  private readonly queue: Uint8Array[] = [];
  private queued = 0;
  private unmarked = 0;
  private lastMark = 0;
  private readonly marks: { readonly mark: number; readonly bytes: number }[] = [];
  private readonly arrived: { readonly at: number; readonly bytes: number }[] = [];
  private isBlocked = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sink: PacedSink,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Bytes not sent yet. @internal */
  get pendingBytes(): number {
    return this.queued;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      this.queue.push(bytes.subarray(at, at + chunkBytes));
    this.queued += bytes.length;
    this.pump();
  }

  /** The server has received everything sent before a mark. */
  acknowledge(mark: number): void {
    const at = this.now();
    while ((this.marks[0]?.mark ?? Infinity) <= mark) {
      const taken = this.marks.shift();
      if (taken) this.arrived.push({ at, bytes: taken.bytes });
    }
    this.pump();
  }

  /** There is room in the socket again. */
  drained(): void {
    this.isBlocked = false;
    this.pump();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
    this.queued = 0;
  }

  private pump(): void {
    clearTimeout(this.timer);
    for (let chunk = this.queue[0]; chunk !== undefined && !this.isBlocked; chunk = this.queue[0]) {
      const room = budgetBytes - this.counted();
      if (chunk.length > room) {
        this.waitForRoom();
        return;
      }
      this.queue.shift();
      this.queued -= chunk.length;
      this.isBlocked = !this.sink.send(chunk);
      this.unmarked += chunk.length;
      if (this.unmarked >= markEveryBytes) this.setMark();
    }
  }

  /** Bytes that the server has received within the last second, or may be about to receive. */
  private counted(): number {
    const since = this.now() - windowMs;
    while ((this.arrived[0]?.at ?? Infinity) <= since) this.arrived.shift();
    const sum = (items: readonly { readonly bytes: number }[]): number =>
      items.reduce((total, { bytes }) => total + bytes, 0);
    return this.unmarked + sum(this.marks) + sum(this.arrived);
  }

  private waitForRoom(): void {
    if (this.unmarked > 0) this.setMark();
    const oldest = this.arrived[0];
    // Otherwise the next acknowledgement continues.
    if (oldest) this.timer = setTimeout(() => this.pump(), Math.max(1, oldest.at + windowMs - this.now()));
  }

  private setMark(): void {
    this.lastMark += 1;
    this.marks.push({ mark: this.lastMark, bytes: this.unmarked });
    this.unmarked = 0;
    this.sink.mark(this.lastMark);
  }
}
