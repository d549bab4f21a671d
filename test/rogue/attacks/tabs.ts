import type { Attack } from '../attack';
import { row } from '../server/world';

const list = /^GET \/sandboxes(?:\/[^/]+)?$/;
const logs = /\/logs$/;

/** A row with as much as is let in of one, in every place that a page draws. */
function heaviest(count: number): object {
  return {
    name: `target ${count}`,
    exposed_ports: Array.from({ length: 500 }, (_, port) => port + 1_000),
    network_policy: {
      allow_internet_access: true,
      allow_out: Array.from({ length: 300 }, (_, number) => `${number}.${count}.example.com`),
      deny_out: Array.from({ length: 300 }, (_, number) => `10.0.${number % 256}.0/24`),
    },
    file_systems: Array.from({ length: 200 }, (_, number) => ({
      file_system_id: `fs-${number}`,
      mount_path: `/data/${number}`,
    })),
    error_details: Array.from({ length: 100 }, () => ({ message: '<b>[x](command:y)</b>' })),
  };
}

/** Changes the heaviest row at each look. */
const changing: Pick<Attack, 'isLasting' | 'meets' | 'answer'> = {
  isLasting: true,
  meets: list,
  answer: (request, reply, count) => {
    const heavy = row(request, { ...heaviest(count), status: count % 2 === 0 ? 'pending' : 'running' });
    reply.json(request.path === '/sandboxes' ? { sandboxes: [heavy], next_cursor: null } : heavy);
  },
};

/** What a server can do to what tabs show. */
export const tabAttacks: readonly Attack[] = [
  {
    name: 'log-lines',
    what: 'sends 200,000 retained lines at once',
    deed: 'logs',
    meets: logs,
    answer: (_, reply) =>
      reply.json({
        logs: Array.from({ length: 200_000 }, (__, number) => ({
          uuid: `u${number}`,
          body: `line ${number}`,
        })),
        nextToken: 'more',
      }),
  },
  {
    name: 'log-line-ends',
    what: 'sends a retained line of seven million line ends',
    deed: 'logs',
    meets: logs,
    answer: (_, reply) => reply.json({ logs: [{ uuid: 'u', body: '\n'.repeat(7_000_000) }] }),
  },
  {
    name: 'log-escapes',
    what: 'sends retained lines of control characters',
    deed: 'logs',
    meets: logs,
    answer: (_, reply) =>
      reply.json({
        logs: Array.from({ length: 1_000 }, (__, number) => ({
          uuid: `u${number}`,
          body: '\u001b]0;\u0007\n\u001b[3m'.repeat(400),
        })),
      }),
  },
  {
    name: 'details-of-heavy-row',
    what: 'changes the heaviest row at each look while its page is open',
    deed: 'details',
    ...changing,
  },
  {
    name: 'json-of-heavy-row',
    what: 'changes the heaviest row at each look while its JSON is open',
    deed: 'rawJson',
    ...changing,
  },
  {
    name: 'refusal-without-end',
    what: 'refuses with a body that never ends',
    deed: 'logs',
    meets: logs,
    answer: async (_, reply) => {
      reply.head(400, ['Content-Type: text/plain']);
      await reply.flood('](command:x) $(sync~spin) \u001b[31m'.repeat(2_000));
    },
  },
  {
    name: 'refusal-of-a-run',
    what: 'refuses a run with JSON that never ends',
    deed: 'run',
    meets: /^POST \/api\/v1\/processes\/run$/,
    answer: async (_, reply) => {
      reply.head(400, ['Content-Type: application/json']);
      await reply.write('{"message":"');
      await reply.flood('<title'.repeat(10_000));
    },
  },
];
