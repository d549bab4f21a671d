import type { Clock } from '../kernel/time/clock';
import type { DisposableLike } from '../kernel/disposable';
import { EscapeState } from './escapeState';

/** Receives the output; an EventEmitter fits. */
export interface OutputSink {
  fire(text: string): void;
}

/**
 * A query that no program sends: the state of a mode that does not exist. The terminal answers once it has drawn
 * everything written before, which is the only way to measure its progress.
 */
const query = '\x1b[?7727$p';
// eslint-disable-next-line no-control-regex
const answer = /\x1b\[\?7727;\d+\$y/g;

/**
 * Answers of the terminal to queries of programs. Replayed output repeats its queries, but the program that sent them
 * no longer waits for an answer.
 */
const reports = [
  // Cursor position, device attributes and status, modes, window.
  '\\x1b\\[[?>=]?[\\d;]*(?:[Rcnt]|\\$y)',
  // Colours, titles, settings.
  '\\x1b[\\]P][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)',
];
const report = new RegExp(reports.join('|'), 'g');

/** Clears the screen and the scrollback, and resets modes that programs have set. */
const resetScreen = '\x1bc\x1b[3J';

/** Marks the end of replayed output in the queue. */
const endOfReplay = Symbol('end of replay');

/** Characters between two queries, and the limit for characters without an answer: a click waits until they are drawn. */
const queryEvery = 32 * 1024;
const mostUndrawn = 128 * 1024;
/**
 * A control sequence with more characters is broken up by a query. The terminal of the editor drops what is longer than
 * this, so no image is lost by it, and one that never ends cannot fill the memory of the editor.
 */
const longestSequence = 10_000_000;
/** Inside a control sequence the terminal cannot be asked, so there is a rate for it: an image of a megabyte takes 0.4 s. */
const sequenceCharsPerTick = 128 * 1024;
const sequenceTickMs = 50;
/** Characters that may be queued before the source is paused. */
const mostQueued = 256 * 1024;
/** Shorter texts are joined in the queue: a server may send its output byte by byte. */
const joinedChars = 16 * 1024;
/** A terminal that has not answered within this time, in milliseconds, gets output at a slow fixed rate. */
const patienceMs = 3_000;
const slowCharsPerTick = 64 * 1024;
const slowTickMs = 50;

/**
 * Writes output to the terminal no faster than VS Code draws it. The API for extension terminals has no flow control:
 * output that arrives too fast is buffered, and beyond 50 MB is lost. Decodes the bytes as one UTF-8 stream.
 */
export class OutputPump implements DisposableLike {
  private decoder = newDecoder();
  private readonly escapes = new EscapeState();
  private queue: (string | typeof endOfReplay)[] = [];
  private queued = 0;
  private sinceQuery = 0;
  /** Queries without an answer, oldest first, with the number of characters that each covers. */
  private readonly unanswered: { readonly chars: number; readonly endsReplay: boolean }[] = [];
  /** Whether answers of the terminal concern replayed output. */
  private isReplaying = false;
  private undrawn = 0;
  private isAnswering: boolean | undefined;
  private isHeld = false;
  private timer: DisposableLike | undefined;
  /** Characters of a control sequence that may be written beyond the limit, and when there will be more. */
  private sequenceRoom = 0;
  private sequenceTimer: DisposableLike | undefined;
  private whenEmpty: (() => void) | undefined;
  private isAfterRemark = false;

  constructor(
    private readonly sink: OutputSink,
    /** Pauses or resumes the source; called on changes only. */
    private readonly holdSource: (isHeld: boolean) => void,
    private readonly clock: Clock,
  ) {}

  /** Adds output; a chunk may end anywhere. */
  push(bytes: Uint8Array): void {
    this.isAfterRemark = false;
    this.add(this.decoder.decode(bytes, { stream: true }));
  }

  /** Adds output that is text already. */
  write(text: string): void {
    this.isAfterRemark = false;
    this.add(text);
  }

  /** Adds a message of the extension, on a line of its own. */
  remark(text: string): void {
    this.add(`${this.isAfterRemark ? '' : '\r\n'}${text}\r\n`);
    this.isAfterRemark = true;
  }

  /** Clears the screen and starts a new stream; drops an incomplete character of the old one. */
  clear(): void {
    this.add(this.decoder.decode());
    this.decoder = newDecoder();
    this.add(resetScreen);
  }

  /** Output is a replay of what was shown before, until `replayEnds`. */
  replayBegins(): void {
    this.isReplaying = true;
  }

  replayEnds(): void {
    this.queue.push(endOfReplay);
    this.pump();
  }

  /**
   * Removes from the input of the terminal the answers to queries of this pump, and answers that replayed output
   * triggered.
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

  /** Calls back once everything has been written. */
  finish(callback: () => void): void {
    this.add(this.decoder.decode());
    this.whenEmpty = callback;
    this.pump();
  }

  dispose(): void {
    this.timer?.dispose();
    this.sequenceTimer?.dispose();
    this.queue = [];
    this.whenEmpty = undefined;
  }

  private add(text: string): void {
    if (text === '') return;
    const last = this.queue.at(-1);
    if (typeof last === 'string' && last.length < joinedChars)
      this.queue[this.queue.length - 1] = last + text;
    else this.queue.push(text);
    this.queued += text.length;
    this.pump();
  }

  private answered(): void {
    const { chars, endsReplay } = this.unanswered.shift() ?? { chars: 0, endsReplay: false };
    if (endsReplay) this.isReplaying = false;
    this.undrawn -= chars;
    this.timer?.dispose();
    this.timer = undefined;
    this.pump();
  }

  private pump(): void {
    while (this.undrawn < mostUndrawn + this.sequenceRoom) {
      const item = this.queue.shift();
      if (item === undefined) break;
      if (item === endOfReplay) this.sendQuery('', true);
      else {
        this.queued -= item.length;
        this.hand(item);
      }
    }
    this.hold(this.queued > mostQueued);
    const isUnasked = this.unanswered.length === 0 && this.isAnswering !== false;
    if (this.queue.length > 0 && isUnasked) this.goOnInSequence();
    else if (this.queue.length > 0 || this.unanswered.some(({ endsReplay }) => endsReplay)) this.watch();
    if (this.queue.length === 0 && this.whenEmpty) {
      const callback = this.whenEmpty;
      this.whenEmpty = undefined;
      callback();
    }
  }

  private goOnInSequence(): void {
    this.sequenceTimer ??= this.clock.after(sequenceTickMs, () => {
      this.sequenceTimer = undefined;
      this.sequenceRoom = this.undrawn - mostUndrawn + sequenceCharsPerTick;
      this.pump();
    });
  }

  private hand(text: string): void {
    this.escapes.read(text);
    this.undrawn += text.length;
    this.sinceQuery += text.length;
    const isDue = this.sinceQuery >= (this.escapes.isGround ? queryEvery : longestSequence);
    if (isDue) this.sendQuery(text, false);
    else this.sink.fire(text);
  }

  private sendQuery(text: string, endsReplay: boolean): void {
    this.unanswered.push({ chars: this.sinceQuery, endsReplay });
    this.sinceQuery = 0;
    this.sequenceRoom = 0;
    this.escapes.read(query);
    this.sink.fire(text + query);
  }

  private hold(isHeld: boolean): void {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    this.holdSource(isHeld);
  }

  /** A terminal that has answered before is waited for without limit, because a hidden window draws slowly. */
  private watch(): void {
    if (this.isAnswering === true || this.timer) return;
    this.timer = this.clock.after(this.isAnswering === false ? slowTickMs : patienceMs, () => {
      this.timer = undefined;
      this.isAnswering ??= false;
      if (this.isAnswering) return;
      this.isReplaying = false;
      this.undrawn = Math.max(0, mostUndrawn - slowCharsPerTick);
      this.unanswered.length = 0;
      this.pump();
    });
  }
}

function newDecoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
