import { ApiError } from '../../core/kernel/errors';
import { listBounds } from '../../core/kernel/listBounds';
import { copyOfStart } from '../../core/kernel/formats/text';
import { isJsonObject, type JsonObject, listOf, numberOf, textOf } from '../../core/kernel/formats/json';
import {
  logBounds,
  type LogEntry,
  logLevels,
  type LogPage,
  type LogProcess,
  type LogQuery,
} from '../../core/logs';
import type { ApiClient } from '../http/client';
import { parseAnswer } from '../http/bodies/longJson';
import { forEachInTurns, readableInTurns } from '../http/turns';
import { isNamed } from './pages';
import { parseWireTime } from '../http/times/wireTime';

/**
 * Retained output of a sandbox (API reference section 2.14): kept by the control plane, so reading it wakes nothing and
 * works after the end. Ingestion lags a little; there is no following. Rejects with ApiError.
 */
export class RetainedLogs {
  /** @param namespace the project id where it is known, else the configured namespace (section 7, U3) */
  constructor(
    private readonly client: ApiClient,
    private readonly namespace: string,
  ) {}

  /** One page of lines. @param sandboxId the canonical id, not a name */
  async page(sandboxId: string, query: LogQuery, signal: AbortSignal): Promise<LogPage> {
    const body = await this.read(sandboxId, 'logs', queryOf(query), signal);
    const rows = listOf(body, 'logs', 'items');
    if (rows === undefined) throw new ApiError('schema', 'The answer holds no list of logs');
    const entries: LogEntry[] = [];
    await forEachInTurns(rows, row => {
      if (isJsonObject(row)) entries.push(readEntry(row));
    });
    // The page before this one does not join what is left of it.
    return entries.length > logBounds.pageLines
      ? { entries: entries.slice(-logBounds.pageLines), isTruncated: true }
      : { entries, ...nextOf(body, query) };
  }

  /** The processes with retained output, the first of very many. */
  async processes(sandboxId: string, signal: AbortSignal): Promise<readonly LogProcess[]> {
    const rows = listOf(await this.read(sandboxId, 'processes', '', signal), 'processes', 'items');
    if (rows === undefined) throw new ApiError('schema', 'The answer holds no list of processes');
    return await readableInTurns(rows.slice(0, logBounds.processes), row =>
      isJsonObject(row) ? readLogProcess(row) : undefined,
    );
  }

  private async read(
    sandboxId: string,
    what: string,
    query: string,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const place = `${encodeURIComponent(this.namespace)}/sandboxes/${encodeURIComponent(sandboxId)}`;
    const path = `/v1/namespaces/${place}/${what}`;
    const { text } = await this.client.send({ method: 'GET', path, query, signal, isIdempotent: true });
    if (text.length > logBounds.answerCharacters)
      throw new ApiError('schema', 'The answer is too large', { code: 'TOO_LARGE' });
    const body = await parseAnswer(text);
    if (!isJsonObject(body)) throw new ApiError('schema', 'The answer is not an object');
    return body;
  }
}

/**
 * The token of the next page. One that cannot be sent back, or that was sent already, says that there is a page, and not
 * how to read it.
 */
function nextOf(body: JsonObject, query: LogQuery): Pick<LogPage, 'nextToken' | 'isTruncated'> {
  const tokens = [body['nextToken'], body['next_token']].filter(isNamed);
  const nextToken = tokens.find(
    (token): token is string => typeof token === 'string' && token.length <= listBounds.cursorCharacters,
  );
  if (nextToken !== undefined && nextToken !== query.nextToken) return { nextToken };
  return tokens.length > 0 ? { isTruncated: true } : {};
}

function queryOf({ levels, processIds, body, take, nextToken }: LogQuery): string {
  const parameters = new URLSearchParams();
  for (const level of levels ?? []) parameters.append('level', String(logLevels.indexOf(level) + 1));
  for (const id of processIds ?? []) parameters.append('processId', id);
  if (body !== undefined && body !== '') parameters.set('body', body);
  if (take) parameters.set(take.from, String(take.count));
  if (nextToken !== undefined) parameters.set('nextToken', nextToken);
  return parameters.toString();
}

function readEntry(row: JsonObject): LogEntry {
  const level = numberOf(row, 'level');
  const body = textOf(row, 'body') ?? '';
  const kept = copyOfStart(body, logBounds.bodyCharacters);
  const attributes = textOf(row, 'logAttributes', 'log_attributes');
  const resource = listOf(row, 'resourceAttributes', 'resource_attributes') ?? [];
  return {
    id: textOf(row, 'uuid'),
    atMs: parseWireTime(row['timestamp']),
    body: kept,
    omitted: kept.length < body.length ? body.length - kept.length : undefined,
    level: level === undefined ? undefined : logLevels[level - 1],
    attributes: attributes && copyOfStart(attributes, logBounds.attributeCharacters),
    resource: resource.slice(0, logBounds.resources).filter(isPair).map(boundedPair),
  };
}

function boundedPair([name, value]: readonly [string, string]): readonly [string, string] {
  const { resourceCharacters } = logBounds;
  return [copyOfStart(name, resourceCharacters), copyOfStart(value, resourceCharacters)];
}

function isPair(value: unknown): value is readonly [string, string] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part: unknown) => typeof part === 'string')
  );
}

function readLogProcess(row: JsonObject): LogProcess | undefined {
  const processId = textOf(row, 'processId', 'process_id');
  if (processId === undefined) return undefined;
  return {
    processId,
    pid: textOf(row, 'processPid', 'process_pid'),
    command: textOf(row, 'processCommand', 'process_command'),
    managedName: textOf(row, 'processManagedName', 'process_managed_name'),
    firstSeenMs: parseWireTime(row['firstSeen'] ?? row['first_seen']),
    lastSeenMs: parseWireTime(row['lastSeen'] ?? row['last_seen']),
    count: numberOf(row, 'logCount', 'log_count'),
  };
}
