import type { Attack } from '../attack';
import type { Reply } from '../server/reply';

const eventStream = ['Content-Type: text/event-stream'];

/** An attack on an event stream; it begins as one should. */
function events(
  name: string,
  what: string,
  attack: (reply: Reply) => Promise<void>,
  more: Pick<Attack, 'prints'> = {},
): Attack {
  return {
    ...more,
    name,
    what,
    deed: 'run',
    meets: /^POST \/api\/v1\/processes\/run$/,
    answer: async (_, reply) => {
      reply.head(200, eventStream);
      await reply.write('data: {"pid":7,"started_at":1767225600000}\n\n');
      await attack(reply);
    },
  };
}

function line(text: string): string {
  return `data: ${JSON.stringify({ line: text, stream: 'stdout', timestamp: 1_767_225_600_000 })}\n\n`;
}

/** What a server can do with streams of events. */
export const streamAttacks: readonly Attack[] = [
  events('line-without-end', 'sends a line of an event stream that never ends', async reply => {
    await reply.write('data: {"line":"');
    await reply.flood('x'.repeat(60_000));
  }),
  events('event-without-end', 'sends an event of lines without end', reply =>
    reply.flood('data: x\n'.repeat(8_000)),
  ),
  events('comments', 'sends comments without end', reply => reply.flood(': nothing\n'.repeat(6_000))),
  events('line-ends', 'sends ends of lines without end', reply => reply.flood('\n'.repeat(60_000))),
  events('unreadable-events', 'sends events that are no JSON', reply =>
    reply.flood('data: {"line":\n\n'.repeat(4_000)),
  ),
  events('lines', 'prints lines without end', reply => reply.flood(line('y').repeat(1_000)), {
    prints: true,
  }),
  events(
    'long-lines',
    'prints lines of a million characters',
    reply => reply.flood(line('z'.repeat(1_000_000))),
    { prints: true },
  ),
  events('deep-event', 'nests an event 100,000 levels deep', reply =>
    reply.flood(`data: {"line":"x","more":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n\n`),
  ),
];
