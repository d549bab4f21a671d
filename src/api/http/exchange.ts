import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { ByteBlocks } from '../../core/kernel/byteBlocks';
import { ApiError, cancelledBy } from '../../core/kernel/errors';
import type { Asked } from './askAgain';
import { ByteQueue } from './bodies/bodyStreams';
import { Deadline } from './times/deadline';
import type { ResponseHead, StreamedResponse, TransportResponse, Upgraded } from './transport';
import { transportError } from './errors/transportErrors';

/** Interim answers, such as hints of what the answer will need, are skipped; a server that sends only these never answers. */
const mostInterim = 100;

/** The events of an exchange, in this order; `fail` at any time, as the last. */
interface ExchangeEvents {
  head(head: ResponseHead): void;
  data(chunk: Buffer): void;
  end(): void;
  fail(error: Error): void;
  upgraded?(head: ResponseHead, socket: Duplex): void;
}

/**
 * One exchange over the library's handler interface, which alone reports when writing of a request begins. Ends at the
 * first of: the end of the answer, a failure, the signal.
 */
class Exchange {
  private controller: Dispatcher.DispatchController | undefined;
  private isOver = false;
  private interim = 0;
  private readonly onAbort = (): void => this.fail(cancelledBy(this.signal, this.controller === undefined));

  constructor(
    private readonly signal: AbortSignal,
    private readonly events: ExchangeEvents,
  ) {}

  get wasSent(): boolean {
    return this.controller !== undefined;
  }

  begin(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): void {
    this.signal.addEventListener('abort', this.onAbort);
    if (this.signal.aborted) {
      this.onAbort();
      return;
    }
    try {
      dispatcher.dispatch(options, this.handler());
    } catch (error) {
      this.fail(transportError(error, this.wasSent));
    }
  }

  private handler(): Dispatcher.DispatchHandler {
    return {
      onRequestStart: started => {
        if (this.isOver) started.abort(new Error('Given up before it was sent'));
        else this.controller = started;
      },
      onRequestUpgrade: (_controller, status, fields, socket) => {
        if (this.isOver || this.events.upgraded === undefined) socket.destroy();
        else if (this.finish()) this.events.upgraded({ status, headers: flatten(fields) }, socket);
      },
      onResponseStart: (_controller, status, fields) => {
        if (status < 200) this.skipInterim(status);
        else if (!this.isOver) this.events.head({ status, headers: flatten(fields) });
      },
      onResponseData: (_controller, chunk) => {
        if (!this.isOver) this.events.data(chunk);
      },
      onResponseEnd: () => {
        if (this.finish()) this.events.end();
      },
      onResponseError: (_controller, error) => this.fail(transportError(error, this.wasSent)),
    };
  }

  private skipInterim(status: number): void {
    this.interim += 1;
    if (this.interim <= mostInterim) return;
    const details = { status, code: 'TOO_MANY_INTERIM' };
    this.fail(new ApiError('schema', 'The server sends interim answers and no other', details));
  }

  /** Ends the exchange; the connection is closed if it was in use. */
  fail(error: Error): void {
    if (!this.finish()) return;
    this.events.fail(error);
    this.controller?.abort(error);
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  private finish(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.signal.removeEventListener('abort', this.onAbort);
    return true;
  }
}

export function cancelled(undelivered: boolean): ApiError {
  return new ApiError('cancelled', 'Cancelled', { undelivered });
}

/** The rest of what is said of a failure is not read: the reason stands at its beginning. */
const longestFailure = 1024 * 1024;

/** What a whole answer has to keep to. */
interface WholeLimits {
  readonly signal: AbortSignal;
  readonly totalMs: number;
  readonly maxBodyBytes: number;
  /** As `Clock.elapsed`. */
  readonly elapsed: () => number;
}

/**
 * Reads a whole answer within the given time and length; accepts a protocol change if one was requested.
 *
 * @param onHead called when the answer begins
 */
export function readWhole(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  limits: WholeLimits,
  onHead: () => void = () => undefined,
): Asked<TransportResponse | Upgraded> {
  let abandon = (): void => undefined;
  const promise = new Promise<TransportResponse | Upgraded>((resolve, reject) => {
    let head: ResponseHead = { status: 0, headers: {} };
    const body = new ByteBlocks();
    const answer = (): TransportResponse => ({ ...head, text: decode(body.takeAll()) });
    const exchange = new Exchange(limits.signal, {
      head: value => {
        head = value;
        onHead();
      },
      data: chunk => {
        // With a body, an answer to the wish for another protocol refuses it.
        const isFailure = head.status >= 400 || options.upgrade !== undefined;
        const room = (isFailure ? longestFailure : limits.maxBodyBytes) - body.length;
        body.push(chunk.subarray(0, room));
        if (chunk.length <= room) return;
        const details = { status: head.status, code: 'TOO_LARGE' };
        if (isFailure) resolve(answer());
        exchange.fail(new ApiError('schema', 'The answer is too large', details));
      },
      end: () => {
        deadline.dispose();
        const whole = answer();
        // The library frees the connection one turn later; a caller that continued at once would open another.
        setImmediate(() => setImmediate(resolve, whole));
      },
      fail: error => {
        deadline.dispose();
        reject(error);
      },
      upgraded: (accepted, socket) => {
        deadline.dispose();
        onHead();
        resolve({ ...accepted, socket });
      },
    });
    const deadline = new Deadline(limits.totalMs, limits.elapsed, hasSlept =>
      exchange.fail(tooLate(hasSlept, !exchange.wasSent)),
    );
    abandon = () => exchange.fail(cancelled(false));
    exchange.begin(dispatcher, options);
  });
  return { answer: promise, abandon };
}

function tooLate(hasSlept: boolean, undelivered: boolean): ApiError {
  return hasSlept
    ? new ApiError('network', 'There was no answer after the machine slept', { code: 'SLEPT', undelivered })
    : new ApiError('timeout', 'The request took too long', { code: 'DEADLINE', undelivered });
}

/** Resolves at the headers of an answer; its body is read by the caller. */
export function readStream(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<StreamedResponse> {
  return new Promise((resolve, reject) => {
    const body = new ByteQueue({
      pause: () => exchange.pause(),
      resume: () => exchange.resume(),
      cancel: () => exchange.fail(cancelled(false)),
    });
    const exchange = new Exchange(signal, {
      head: head => resolve({ ...head, body }),
      data: chunk => body.push(chunk),
      end: () => body.finish(),
      fail: error => {
        // Has no effect once the promise has resolved with the headers.
        reject(error);
        body.fail(error);
      },
    });
    exchange.begin(dispatcher, options);
  });
}

function flatten(fields: NodeJS.Dict<string | string[]>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
