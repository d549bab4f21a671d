import type { Reply } from './reply';
import type { RogueRequest } from './request';

/** The sandbox that the honest part of the server has. */
export const sandboxId = 'rogue0000000000000000';

const startedAtMs = Date.UTC(2026, 0, 1);

/** A row of a listing, whose sandbox is reached at this server too. */
export function row({ headers }: RogueRequest, more: object = {}): Record<string, unknown> {
  return {
    id: sandboxId,
    name: 'target',
    sandbox_url: `http://${headers.get('host') ?? ''}`,
    namespace: 'project_rogue',
    status: 'running',
    created_at: startedAtMs,
    resources: { cpus: 1, memory_mb: 1024 },
    timeout_secs: 3600,
    ...more,
  };
}

/** A run that printed `output` and succeeded, as an event stream. */
function ran(output: string): string {
  const lines = output === '' ? [] : output.split('\n');
  return [
    { pid: 1, started_at: startedAtMs },
    ...lines.map(line => ({ line, stream: 'stdout', timestamp: startedAtMs })),
    { exit_code: 0 },
  ]
    .map(event => `data: ${JSON.stringify(event)}\n\n`)
    .join('');
}

/** What the scripts of file operations print; a path that ends in `folder` is one. */
function printed(args: readonly string[]): string {
  const script = args.join('\n');
  const path = args.at(-1) ?? '';
  if (script.includes('tar -cf')) return args.find(each => each.startsWith('/var/tmp/')) ?? '';
  if (script.includes('du -sk')) return '4';
  if (script.includes('stat -L -c "$l'))
    return path.endsWith('folder') ? '0 41ed 4096 1700000000.000' : '0 81a4 5 1700000000.000';
  return '';
}

function argsOf(body: string): readonly string[] {
  const request: unknown = JSON.parse(body);
  const args = typeof request === 'object' && request !== null && 'args' in request ? request.args : [];
  return Array.isArray(args) ? args.map(String) : [];
}

type Route = (request: RogueRequest, reply: Reply) => void;

/** Answers as a service with one running sandbox gives them, by method and path. */
const routes: readonly (readonly [RegExp, Route])[] = [
  [/^GET \/sandboxes$/, (request, reply) => reply.json({ sandboxes: [row(request)], next_cursor: null })],
  [/^(GET|PATCH) \/sandboxes\/[^/]+$/, (request, reply) => reply.json(row(request))],
  [/^GET \/snapshots$/, (_, reply) => reply.json({ snapshots: [], next_cursor: null })],
  [/^GET \/sandbox-pools$/, (_, reply) => reply.json({ pools: [] })],
  [
    /^POST \/platform\/v1\/keys\/introspect$/,
    (_, reply) => reply.json({ id: 'key', organizationId: 'org_rogue', projectId: 'project_rogue' }),
  ],
  [
    /\/logs$/,
    (_, reply) =>
      reply.json({ logs: Array.from({ length: 200 }, (__, line) => ({ uuid: `u${line}`, body: 'y' })) }),
  ],
  [/^GET \/api\/v1\/health$/, (_, reply) => reply.json({ status: 'ok' })],
  [/^GET \/api\/v1\/pty$/, (_, reply) => reply.json({ sessions: [] })],
  [
    /^POST \/api\/v1\/pty$/,
    (_, reply) =>
      reply.json({ session_id: 'rogueSession000000000', token: 'rogue-token-of-the-terminal' }, 201),
  ],
  [/^GET \/api\/v1\/pty\/[^/]+\/ws$/, (_, reply) => reply.upgrade()],
  [/^GET \/api\/v1\/processes$/, (_, reply) => reply.json({ processes: [] })],
  [
    /^POST \/api\/v1\/processes\/run$/,
    ({ body }, reply) => reply.text(ran(printed(argsOf(body))), 200, ['Content-Type: text/event-stream']),
  ],
  [
    /^GET \/api\/v1\/files\/list$/,
    (_, reply) => reply.json({ entries: [{ name: 'hello.txt', is_dir: false, size: 5 }] }),
  ],
  [/^GET \/api\/v1\/files$/, (_, reply) => reply.text('hello')],
  [/^DELETE \/api\/v1\//, (_, reply) => reply.json({})],
];

/** Answers a request as an honest server does. */
export function answerHonestly(request: RogueRequest, reply: Reply): void {
  const line = `${request.method} ${request.path}`;
  const [, route] = routes.find(([pattern]) => pattern.test(line)) ?? [];
  if (route) route(request, reply);
  else reply.json({ message: 'no such thing' }, 404);
}
