import { z } from 'zod';
import { badRequest, notFound, ok, type Reply } from '../http/reply';
import type { Cloud } from '../model/cloud';
import type { LogRow } from '../telemetry/logStore';
import type { Call } from './wire/route';

/** A query parameter that may occur several times. */
function several<T extends z.ZodType>(item: T) {
  return z
    .union([z.array(item), item.transform(value => [value])])
    .optional()
    .transform(values => values ?? []);
}

const count = z.coerce.number().int().min(1).max(10_000);
const defaultCount = 100;

/** Query of GET …/sandboxes/{id}/logs (API reference section 2.14). */
export const logsQuery = z
  .object({
    level: several(z.coerce.number().int().min(1).max(6)),
    processId: several(z.string()),
    head: count.optional(),
    tail: count.optional(),
    body: z.string().default(''),
    nextToken: z.string().optional(),
  })
  .refine(({ head, tail }) => head === undefined || tail === undefined, 'head and tail exclude each other');

type LogsQuery = z.output<typeof logsQuery>;

/** GET …/sandboxes/{id}/logs. A page is in order of time; the token continues away from the start of the query. */
export function listLogs(call: Call<LogsQuery>): Reply {
  const { cloud, query } = call;
  const from = query.tail === undefined ? 'oldest' : 'newest';
  const { rows, more } = cloud.logs.find(observedId(call), {
    levels: query.level,
    processIds: query.processId,
    text: query.body,
    count: query.head ?? query.tail ?? defaultCount,
    from,
    beyond: query.nextToken === undefined ? undefined : decodeToken(query.nextToken),
  });
  const last = from === 'oldest' ? rows.at(-1) : rows[0];
  return ok({
    logs: rows.map(row => logInfo(cloud, row)),
    nextToken: more && last !== undefined ? encodeToken(last.sequence) : undefined,
  });
}

/** GET …/sandboxes/{id}/processes: the log streams. */
export function listLogStreams(call: Call): Reply {
  const { cloud } = call;
  const processes = cloud.logs.streams(observedId(call)).map(({ process, firstMs, lastMs, count }) => ({
    processId: process.processId,
    processPid: String(process.pid),
    processCommand: process.command,
    processManagedId: process.managedId ?? '',
    processManagedName: process.managedName ?? '',
    firstSeen: logTime(cloud, firstMs),
    lastSeen: logTime(cloud, lastMs),
    logCount: count,
  }));
  return ok({ processes });
}

/** The canonical id of the path, of a sandbox in the list or in the archive; names do not resolve here. */
export function observedId({ project, param }: Call): string {
  const id = param('id');
  const known = project.sandboxes.get(id) ?? project.archive.get(id);
  if (known === undefined) throw notFound('Sandbox not found');
  return id;
}

/** The value in a paging token of this server. */
export function decodeToken(token: string): number {
  const value = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isSafeInteger(value) || value < 1) throw badRequest('Not a paging token of this server');
  return value;
}

export function encodeToken(value: number): string {
  return Buffer.from(String(value)).toString('base64url');
}

function logInfo(cloud: Cloud, row: LogRow) {
  const { process } = row;
  return {
    timestamp: logTime(cloud, row.atMs),
    uuid: row.uuid,
    namespace: row.projectId,
    application: '',
    sandboxId: row.sandboxId,
    resourceAttributes: [
      ['process.id', process.processId],
      ['process.pid', String(process.pid)],
      ['process.command', process.command],
    ],
    body: row.body,
    logAttributes: JSON.stringify(row.attributes),
    allocations: [],
    functionRuns: [],
    level: row.level,
  };
}

const unitsPerMs = { ms: 1, us: 1e3, ns: 1e6, s: 1e-3 } as const;

function logTime({ dialect }: Cloud, ms: number): number {
  return Math.round(ms * unitsPerMs[dialect.logTime]);
}
