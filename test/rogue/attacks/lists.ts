import type { Attack } from '../attack';

/** What a server can do with the other lists of a sandbox. */
export const listAttacks: readonly Attack[] = [
  {
    name: 'many-processes',
    what: 'lists 100,000 processes',
    deed: 'processes',
    meets: /^GET \/api\/v1\/processes$/,
    answer: (_, reply) =>
      reply.json({
        processes: Array.from({ length: 100_000 }, (__, pid) => ({
          pid: pid + 1,
          status: 'running',
          command: 'sleep',
          args: ['1'],
          started_at: 1_767_225_600_000,
        })),
      }),
  },
  {
    name: 'many-arguments',
    what: 'lists a process with 100,000 arguments',
    deed: 'processes',
    meets: /^GET \/api\/v1\/processes$/,
    answer: (_, reply) =>
      reply.json({
        processes: [
          { pid: 1, status: 'running', command: 'x', args: Array.from({ length: 100_000 }, () => '$(x)') },
        ],
      }),
  },
  {
    name: 'many-terminals',
    what: 'has no room for a terminal, and lists 100,000 of them',
    deed: 'terminal',
    isLasting: true,
    meets: /^(?:GET|POST) \/api\/v1\/pty$/,
    answer: ({ method }, reply) => {
      if (method === 'POST') reply.json({ error: 'Too many', code: 'TOO_MANY_SESSIONS' }, 429);
      else
        reply.json({
          sessions: Array.from({ length: 100_000 }, (__, number) => ({
            session_id: `session-${number}`,
            pid: number + 1,
            command: 'bash',
            is_alive: true,
          })),
        });
    },
  },
];
