import type { Clock } from '../clock';
import type { DisposableLike } from '../disposable';
import { EscapeState } from './escapeState';

/** Where output goes, and how its source is held back. */
export interface OutputSink {
  write(text: string): void;
  /** Whether the source has to wait. Told on changes only. */
  held(isHeld: boolean): void;
}

/**
 * A question to the terminal on the screen that no program asks: the state of a mode that does not exist. The answer
 * comes once everything written before has been drawn, which is the only way to learn of that.
 */
const question = '\x1b[?7727$p';
// eslint-disable-next-line no-control-regex
const answer = /\x1b\[\?7727;\d+\$y/g;

/** Characters between two questions, and those that may be on the way without an answer. */
const questionEvery = 128 * 1024;
const mostUndrawn = 512 * 1024;
/** Characters that may wait here before the source is held back. */
const mostQueued = 256 * 1024;
/** A screen that has never answered within this time, in milliseconds, is served slowly instead. */
const patienceMs = 3_000;
const slowCharsPerTick = 64 * 1024;
const slowTickMs = 50;

/**
 * Hands the output of a terminal to the editor no faster than the editor draws it. The editor's own protocol for
 * terminals of extensions has no flow control: what comes too fast waits in its memory, and beyond 50 MB is lost.
 * Bytes are decoded as one UTF-8 stream.
 */
export class OutputPump implements DisposableLike {
  private decoder = newDecoder();
  private readonly escapes = new EscapeState();
  private queue: string[] = [];
  private queued = 0;
  private unasked = 0;
  /** Characters covered by each question without an answer, oldest first. */
  private readonly asked: number[] = [];
  private undrawn = 0;
  private isAnswering: boolean | undefined;
  private isHeld = false;
  private timer: DisposableLike | undefined;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly sink: OutputSink,
    private readonly clock: Clock,
  ) {}

  /** Takes output, cut anywhere. */
  push(bytes: Uint8Array): void {
    this.add(this.decoder.decode(bytes, { stream: true }));
  }

  /** Takes text that is no output of the program, such as a remark. */
  say(text: string): void {
    this.add(text);
  }

  /** Begins a stream anew: what was left of a character is not part of it. */
  restart(): void {
    this.add(this.decoder.decode());
    this.decoder = newDecoder();
  }

  /** Takes what the editor sends to the program, and returns it without the answers that are meant for this pump. */
  withoutAnswers(input: string): string {
    if (!input.includes('\x1b[?7727;')) return input;
    return input.replace(answer, () => {
      this.isAnswering = true;
      this.drawn(this.asked.shift() ?? 0);
      return '';
    });
  }

  /** Calls back once everything has been handed over. */
  finish(callback: () => void): void {
    this.add(this.decoder.decode());
    this.whenEmpty = callback;
    this.pump();
  }

  dispose(): void {
    this.timer?.dispose();
    this.queue = [];
    this.whenEmpty = undefined;
  }

  private add(text: string): void {
    if (text === '') return;
    this.queue.push(text);
    this.queued += text.length;
    this.pump();
  }

  private drawn(chars: number): void {
    this.undrawn -= chars;
    this.timer?.dispose();
    this.timer = undefined;
    this.pump();
  }

  private pump(): void {
    while (this.undrawn < mostUndrawn || this.asked.length === 0) {
      const text = this.queue.shift();
      if (text === undefined) break;
      this.queued -= text.length;
      this.hand(text);
    }
    this.hold(this.queued > mostQueued);
    if (this.queue.length > 0) this.watch();
    else if (this.whenEmpty) {
      const callback = this.whenEmpty;
      this.whenEmpty = undefined;
      callback();
    }
  }

  private hand(text: string): void {
    this.escapes.read(text);
    this.undrawn += text.length;
    this.unasked += text.length;
    const asks = this.unasked >= questionEvery && this.escapes.isGround;
    if (asks) {
      this.asked.push(this.unasked);
      this.unasked = 0;
    }
    this.sink.write(asks ? text + question : text);
  }

  private hold(isHeld: boolean): void {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    this.sink.held(isHeld);
  }

  /** A screen that answers is waited for however long it takes: a hidden window draws slowly. */
  private watch(): void {
    if (this.isAnswering === true || this.timer) return;
    this.timer = this.clock.after(this.isAnswering === false ? slowTickMs : patienceMs, () => {
      this.timer = undefined;
      this.isAnswering ??= false;
      if (this.isAnswering) return;
      this.undrawn = Math.max(0, mostUndrawn - slowCharsPerTick);
      this.asked.length = 0;
      this.pump();
    });
  }
}

function newDecoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
