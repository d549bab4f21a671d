import type { Socket } from 'node:net';

/** Longer heads are no answer of an API or a proxy. */
const maxHeadBytes = 64 * 1024;

/** The head of an answer over HTTP. */
interface Head {
  readonly status: number;
  /** By their lower-case names; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Sends a request without a body and reads the head of its answer. What follows is left in the socket.
 *
 * @param lines the request line and headers, without line ends
 * @throws when the connection ends before, or it is no HTTP
 */
export async function readHead(socket: Socket, lines: readonly string[]): Promise<Head> {
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let text = '';
  for (;;) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end >= 0) {
      const rest = text.slice(end + 4);
      if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
      return parseHead(text.slice(0, end));
    }
    if (text.length > maxHeadBytes) throw failed('The head of the answer is too long', 'HEAD_TOO_LONG');
    if (socket.readableEnded || socket.destroyed) throw closed(socket);
    await new Promise(resolve => {
      socket.once('readable', resolve).once('end', resolve).once('close', resolve);
    });
  }
}

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw failed('The answer is not HTTP', 'NOT_HTTP');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

/** A server that wants a certificate of the client says so after the handshake. */
function closed(socket: Socket): Error {
  return socket.errored ?? failed('The connection was closed before an answer came', 'ECONNRESET');
}

function failed(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
