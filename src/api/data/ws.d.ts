import type { Duplex } from 'node:stream';

/** Exports of `ws` that its published types leave out, as far as they are used here. */
declare module 'ws' {
  /**
   * Parses frames. It is a Writable that has handled a chunk when `write` returns; an error is emitted one tick later,
   * and ends it.
   */
  class Receiver {
    constructor(options: {
      readonly isServer?: boolean;
      readonly maxPayload: number;
      readonly maxFragments: number;
      readonly maxBufferedChunks: number;
    });
    write(chunk: Uint8Array): boolean;
    on(event: 'message', listener: (payload: Buffer, isBinary: boolean) => void): this;
    on(event: 'ping' | 'pong', listener: (payload: Buffer) => void): this;
    /** A close frame; the code is 1005 when it has none. Nothing may be written afterwards. */
    on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
    on(event: 'error', listener: (error: Error & { readonly code?: string }) => void): this;
    on(event: 'drain', listener: () => void): this;
  }

  /** Writes frames to a socket. */
  class Sender {
    constructor(socket: Duplex);
    send(
      payload: Uint8Array,
      options: {
        readonly binary: boolean;
        readonly compress: boolean;
        readonly fin: boolean;
        readonly mask: boolean;
      },
    ): void;
    ping(payload: Uint8Array, mask: boolean): void;
    pong(payload: Uint8Array, mask: boolean): void;
    /** Without a code, an empty close frame. */
    close(code: number | undefined, reason: string, mask: boolean): void;
  }
}
