// Written here because eventsource-parser stops at an event beyond its limit: it neither continues nor reports how much
// is missing.

import { ApiError } from '../../core/kernel/errors';
import { afterRest, LoopTurn } from '../http/turns';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** Name of the event; `message` when it has none. */
  readonly event: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
  /** How many characters were dropped from `data` because it was too long; 0 if it is complete. */
  readonly omitted: number;
}

/** An event is truncated beyond this length, in characters: far more than is shown of a line of output. */
const defaultMaxEventLength = 4 * 1024 * 1024;

/**
 * Parses a `text/event-stream`, whatever its chunk boundaries. Comments, ids and retry times are skipped; text after
 * the last empty line is not an event (HTML standard, section 9.2.6). Never holds more than one event of the given
 * length.
 *
 * @internal
 */
export class SseParser {
  private readonly decoder = new TextDecoder('utf-8');
  /** The part of the current line that has arrived. */
  private readonly line: Pile;
  private isAfterReturn = false;
  private event = '';
  private readonly data: Pile;
  private hasData = false;
  private omitted = 0;

  constructor(maxEventLength = defaultMaxEventLength) {
    this.line = new Pile(maxEventLength);
    this.data = new Pile(maxEventLength);
  }

  /** Parses a chunk and returns the events it completes. */
  push(chunk: Uint8Array): readonly ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let text = this.decoder.decode(chunk, { stream: true });
    if (text === '') return events;
    // The LF of a CRLF that was split between two chunks.
    if (this.isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    this.isAfterReturn = false;
    let start = 0;
    const ends = /\r\n|\n|\r/g;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.line.add(text.slice(start, end.index));
      start = ends.lastIndex;
      const event = this.endLine();
      if (event) events.push(event);
    }
    if (start === text.length) this.isAfterReturn = text.endsWith('\r');
    else this.line.add(text.slice(start));
    return events;
  }

  private endLine(): ServerSentEvent | undefined {
    const { text: line, omitted } = this.line.take();
    if (line === '') return this.endEvent();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.event = value;
    else if (name === 'data') this.addData(value, omitted);
    return undefined;
  }

  private addData(value: string, omitted: number): void {
    if (this.hasData) this.data.add('\n');
    this.hasData = true;
    this.data.add(value);
    this.omitted += omitted;
  }

  private endEvent(): ServerSentEvent | undefined {
    const { event, hasData, omitted } = this;
    const data = this.data.take();
    this.event = '';
    this.hasData = false;
    this.omitted = 0;
    if (!hasData) return undefined;
    return {
      event: event === '' ? 'message' : event,
      data: data.text,
      omitted: omitted + data.omitted,
    };
  }
}

/** How many pieces of a text are joined at once. Each may keep the whole chunk alive of which it is a part. */
const piecesAtOnce = 128;

/** A text up to a length that is put together from any number of pieces, each of which is copied twice at most. */
class Pile {
  private joined: string[] = [];
  private pieces: string[] = [];
  private room: number;
  private omitted = 0;

  constructor(private readonly maxLength: number) {
    this.room = maxLength;
  }

  add(text: string): void {
    const piece = text.slice(0, this.room);
    this.omitted += text.length - piece.length;
    if (piece === '') return;
    this.room -= piece.length;
    this.pieces.push(piece);
    if (this.pieces.length === piecesAtOnce) this.join();
  }

  /** The text, and how many characters are missing at its end; the next one begins. */
  take(): { readonly text: string; readonly omitted: number } {
    this.join();
    const { joined, omitted } = this;
    this.joined = [];
    this.omitted = 0;
    this.room = this.maxLength;
    const [only = ''] = joined;
    return { text: joined.length < 2 ? only : joined.join(''), omitted };
  }

  private join(): void {
    const [only] = this.pieces;
    if (only !== undefined) this.joined.push(this.pieces.length === 1 ? only : this.pieces.join(''));
    this.pieces = [];
  }
}

/**
 * Yields the events of a response as they arrive, until it ends.
 *
 * @throws ApiError as the body throws
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  maxEventLength?: number,
): AsyncGenerator<ServerSentEvent, void> {
  const parser = new SseParser(maxEventLength);
  const turn = new LoopTurn();
  for await (const chunk of body) {
    turn.begin();
    for (const event of parser.push(chunk)) {
      yield event;
      if (turn.isOver) await new Promise<void>(resolve => afterRest(resolve, 'stream'));
    }
  }
}

/** @throws ApiError of kind `schema` unless the response is an event stream */
export function requireEventStream(contentType: string | undefined): void {
  if (contentType?.toLowerCase().includes('text/event-stream') === true) return;
  throw new ApiError('schema', 'The answer is not an event stream', { code: 'NOT_EVENT_STREAM' });
}
