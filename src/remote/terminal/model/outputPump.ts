import type { Clock } from '../../../core/kernel/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
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

/**
 * What terminals say when programs ask them for their state. Output that is shown a second time asks a second time, and
 * the program that asked has gone.
 */
const reports = [
  // Cursor position, device attributes and status, modes, window.
  '\\x1b\\[[?>=]?[\\d;]*(?:[Rcnt]|\\$y)',
  // Colours, titles, settings.
  '\\x1b[\\]P][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)',
];
const report = new RegExp(reports.join('|'), 'g');

/** Clears the screen and what was scrolled out of it, and forgets modes that programs have set. */
const resetScreen = '\x1bc\x1b[3J';

/** Stands in the queue for the end of output that was shown before. */
const endOfReplay = Symbol('end of replay');

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
  private queue: (string | typeof endOfReplay)[] = [];
  private queued = 0;
  private unasked = 0;
  /** Questions without an answer, oldest first, with the characters that each covers. */
  private readonly asked: { readonly chars: number; readonly endsReplay: boolean }[] = [];
  /** Whether what the terminal reports is about output that was shown before. */
  private isReplaying = false;
  private undrawn = 0;
  private isAnswering: boolean | undefined;
  private isHeld = false;
  private timer: DisposableLike | undefined;
  private whenEmpty: (() => void) | undefined;
  private isAfterRemark = false;

  constructor(
    private readonly sink: OutputSink,
    private readonly clock: Clock,
  ) {}

  /** Takes output, cut anywhere. */
  push(bytes: Uint8Array): void {
    this.isAfterRemark = false;
    this.add(this.decoder.decode(bytes, { stream: true }));
  }

  /** Takes text that is no output of the program, for a line of its own. */
  remark(text: string): void {
    this.add(`${this.isAfterRemark ? '' : '\r\n'}${text}\r\n`);
    this.isAfterRemark = true;
  }

  /** Clears the screen and begins a stream anew: what was left of a character is not part of it. */
  clear(): void {
    this.add(this.decoder.decode());
    this.decoder = newDecoder();
    this.add(resetScreen);
  }

  /** What comes was shown before, until `replayEnds`. */
  replayBegins(): void {
    this.isReplaying = true;
  }

  replayEnds(): void {
    this.queue.push(endOfReplay);
    this.pump();
  }

  /**
   * Takes what the editor sends to the program, and returns it without the answers that are meant for this pump, and
   * without reports on output that was shown before.
   */
  withoutAnswers(input: string): string {
    if (!input.includes('\x1b')) return input;
    const wasReplaying = this.isReplaying;
    const rest = input.replace(answer, () => {
      this.isAnswering = true;
      this.answered();
      return '';
    });
    return wasReplaying ? rest.replace(report, '') : rest;
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

  private answered(): void {
    const { chars, endsReplay } = this.asked.shift() ?? { chars: 0, endsReplay: false };
    if (endsReplay) this.isReplaying = false;
    this.undrawn -= chars;
    this.timer?.dispose();
    this.timer = undefined;
    this.pump();
  }

  private pump(): void {
    while (this.undrawn < mostUndrawn || this.asked.length === 0) {
      const item = this.queue.shift();
      if (item === undefined) break;
      if (item === endOfReplay) this.ask('', true);
      else {
        this.queued -= item.length;
        this.hand(item);
      }
    }
    this.hold(this.queued > mostQueued);
    if (this.queue.length > 0 || this.asked.some(({ endsReplay }) => endsReplay)) this.watch();
    if (this.queue.length === 0 && this.whenEmpty) {
      const callback = this.whenEmpty;
      this.whenEmpty = undefined;
      callback();
    }
  }

  private hand(text: string): void {
    this.escapes.read(text);
    this.undrawn += text.length;
    this.unasked += text.length;
    if (this.unasked >= questionEvery && this.escapes.isGround) this.ask(text, false);
    else this.sink.write(text);
  }

  private ask(text: string, endsReplay: boolean): void {
    this.asked.push({ chars: this.unasked, endsReplay });
    this.unasked = 0;
    this.sink.write(text + question);
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
      this.isReplaying = false;
      this.undrawn = Math.max(0, mostUndrawn - slowCharsPerTick);
      this.asked.length = 0;
      this.pump();
    });
  }
}

function newDecoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
