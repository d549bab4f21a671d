import { serverFrame } from '../../support/servers/rawWebSocket';
import type { Attack } from '../attack';
import type { Reply } from '../server/reply';

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Of the messages of a terminal (API reference section 3.7). */
const [output, exit] = [0, 3];

const mebibyte = 1024 * 1024;

function data(bytes: number): Buffer {
  return Buffer.concat([Buffer.of(output), Buffer.alloc(bytes, 'x')]);
}

function printed(text: string): Buffer {
  return serverFrame(opcodes.binary, Buffer.concat([Buffer.of(output), Buffer.from(text)]));
}

/** An attack on the WebSocket of a terminal, which is accepted first. */
function frames(
  name: string,
  what: string,
  attack: (reply: Reply) => Promise<void>,
  more: Pick<Attack, 'prints'> = {},
): Attack {
  return {
    ...more,
    name,
    what,
    // A terminal is open as soon as it is asked for, and what it shows comes later.
    deed: 'terminal',
    isLasting: true,
    meets: /^GET \/api\/v1\/pty\/[^/]+\/ws$/,
    answer: async (_, reply) => {
      reply.upgrade();
      await attack(reply);
    },
  };
}

/** What a server can do with frames. */
export const frameAttacks: readonly Attack[] = [
  frames('fragments', 'sends a message in fragments without end', async reply => {
    await reply.write(serverFrame(opcodes.binary, data(60_000), false));
    await reply.flood(serverFrame(opcodes.continuation, Buffer.alloc(60_000), false));
  }),
  frames('fragments-of-one-byte', 'sends a message in fragments of one byte without end', async reply => {
    await reply.write(serverFrame(opcodes.binary, data(0), false));
    await reply.flood(
      Buffer.concat(
        Array.from({ length: 5_000 }, () => serverFrame(opcodes.continuation, Buffer.of(120), false)),
      ),
    );
  }),
  frames('empty-continuations', 'sends empty continuation frames without end', async reply => {
    await reply.write(serverFrame(opcodes.binary, data(0), false));
    await reply.flood(
      Buffer.concat(
        Array.from({ length: 20_000 }, () => serverFrame(opcodes.continuation, Buffer.alloc(0), false)),
      ),
    );
  }),
  frames('pings', 'sends pings without end', reply =>
    reply.flood(
      Buffer.concat(Array.from({ length: 500 }, () => serverFrame(opcodes.ping, Buffer.alloc(125, 'p')))),
    ),
  ),
  frames('pongs', 'sends pongs that nobody asked for', reply =>
    reply.flood(
      Buffer.concat(Array.from({ length: 500 }, () => serverFrame(opcodes.pong, Buffer.alloc(125, 'p')))),
    ),
  ),
  frames('huge-frame', 'announces a frame of a terabyte', async reply => {
    const header = serverFrame(opcodes.binary, Buffer.alloc(70_000)).subarray(0, 10);
    header.writeBigUInt64BE(1_099_511_627_776n, 2);
    await reply.write(header);
    await reply.flood(Buffer.alloc(mebibyte));
  }),
  frames('frame-byte-by-byte', 'sends a frame of 16 MiB in tiny chunks', async reply => {
    const frame = serverFrame(opcodes.binary, data(15 * mebibyte));
    for (let at = 0; at < frame.length && reply.isOpen; at += 700) {
      await reply.write(frame.subarray(at, at + 700));
      await new Promise(setImmediate);
    }
  }),
  frames('output', 'prints without end', reply => reply.flood(printed('y\r\n'.repeat(21_000))), {
    prints: true,
  }),
  frames(
    'escapes',
    'prints escape sequences that never end',
    reply => reply.flood(printed(`\x1b]0;${'t'.repeat(60_000)}`)),
    { prints: true },
  ),
  frames('empty-output', 'prints nothing, without end', reply =>
    reply.flood(
      Buffer.concat(Array.from({ length: 5_000 }, () => serverFrame(opcodes.binary, Buffer.of(output)))),
    ),
  ),
  frames('texts', 'sends text where bytes belong', reply =>
    reply.flood(
      Buffer.concat(Array.from({ length: 100 }, () => serverFrame(opcodes.text, Buffer.alloc(10_000, 't')))),
    ),
  ),
  frames('exits', 'says that the program has ended, again and again', reply =>
    reply.flood(
      Buffer.concat(
        Array.from({ length: 1_000 }, () => serverFrame(opcodes.binary, Buffer.of(exit, 0, 0, 0, 7))),
      ),
    ),
  ),
  frames('hang-ups', 'hangs up as soon as it has accepted', async reply => {
    await reply.write(serverFrame(opcodes.close, Buffer.of(0x03, 0xf3)));
    reply.end();
  }),
  {
    name: 'no-upgrade',
    what: 'answers the wish for a WebSocket with a body without end',
    deed: 'terminal',
    isLasting: true,
    meets: /^GET \/api\/v1\/pty\/[^/]+\/ws$/,
    answer: async (_, reply) => {
      reply.head(200, ['Content-Type: text/html']);
      await reply.flood('<p>no</p>'.repeat(7_000));
    },
  },
];
