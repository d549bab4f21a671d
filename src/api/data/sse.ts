// Written here because eventsource-parser stops at an event beyond its limit: it neither continues nor reports how much
// is missing.

import { ApiError } from '../../core/kernel/errors';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** Name of the event; `message` when it has none. */
  readonly event: string;
  /** The `data` lines, joined by line feeds. */
  readonly data: string;
  /** How many characters were dropped from `data` because it was too long; 0 if it is complete. */
  readonly omitted: number;
}

/** An event is truncated beyond this length, in characters. */
const defaultMaxEventLength = 16 * 1024 * 1024;

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
  private line = '';
  /** Characters of that line beyond the limit. */
  private beyond = 0;
  private isAfterReturn = false;
  private event = '';
  private data: string | undefined;
  private omitted = 0;

  constructor(private readonly maxEventLength = defaultMaxEventLength) {}

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
      this.extend(text.slice(start, end.index));
      start = ends.lastIndex;
      const event = this.endLine();
      if (event) events.push(event);
    }
    if (start === text.length) this.isAfterReturn = text.endsWith('\r');
    else this.extend(text.slice(start));
    return events;
  }

  private extend(text: string): void {
    const room = this.maxEventLength - this.line.length;
    if (text.length <= room) this.line += text;
    else {
      this.line += text.slice(0, Math.max(0, room));
      this.beyond += text.length - Math.max(0, room);
    }
  }

  private endLine(): ServerSentEvent | undefined {
    const { line, beyond } = this;
    this.line = '';
    this.beyond = 0;
    if (line === '') return this.endEvent();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.event = value;
    else if (name === 'data') this.addData(value, beyond);
    return undefined;
  }

  private addData(value: string, beyond: number): void {
    const joined = this.data === undefined ? value : `${this.data}\n${value}`;
    this.data = joined.slice(0, this.maxEventLength);
    this.omitted += beyond + joined.length - this.data.length;
  }

  private endEvent(): ServerSentEvent | undefined {
    const { event, data, omitted } = this;
    this.event = '';
    this.data = undefined;
    this.omitted = 0;
    return data === undefined ? undefined : { event: event === '' ? 'message' : event, data, omitted };
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
  for await (const chunk of body) yield* parser.push(chunk);
}

/** @throws ApiError of kind `schema` unless the response is an event stream */
export function requireEventStream(contentType: string | undefined): void {
  if (contentType?.toLowerCase().includes('text/event-stream') === true) return;
  throw new ApiError('schema', 'The answer is not an event stream', { code: 'NOT_EVENT_STREAM' });
}
