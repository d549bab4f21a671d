import { ApiError } from '../../../core/kernel/errors';
import type { TerminalSession, TerminalTicket } from '../../../core/terminal/terminalSession';
import type { JsonObject } from '../../../core/kernel/formats/json';
import {
  booleanOf,
  isJsonObject,
  listOf,
  numberOf,
  textListOf,
  textOf,
} from '../../../core/kernel/formats/json';
import { parseWireTime } from '../../http/times/wireTime';
import { type Listed, readableOf } from '../../../core/list/listStatus';
import { integerOf } from '../processes/processSchema';

/** A sandbox can have 64, and those that have ended stay listed for a minute (API reference section 3.7). */
const mostListed = 1_000;

/** End states of servers that do not report `is_alive`. */
const endedStates: ReadonlySet<string> = new Set([
  'exited',
  'dead',
  'closed',
  'ended',
  'terminated',
  'killed',
]);

/** Reads one PtySession (API reference section 3.7 and appendix A); undefined for anything without an id. */
export function readTerminal(row: unknown): TerminalSession | undefined {
  if (!isJsonObject(row)) return undefined;
  const id = textOf(row, 'session_id', 'sessionId', 'id');
  if (id === undefined) return undefined;
  const state = textOf(row, 'status', 'state')?.toLowerCase();
  const clients = row['clients'];
  return {
    id,
    pid: numberOf(row, 'pid'),
    command: textOf(row, 'command') ?? '',
    args: textListOf(row, 'args') ?? [],
    rows: numberOf(row, 'rows'),
    cols: numberOf(row, 'cols'),
    createdAtMs: parseWireTime(row['created_at'] ?? row['createdAt']),
    endedAtMs: parseWireTime(row['ended_at'] ?? row['endedAt']),
    exitCode: integerOf(row, 'exit_code', 'exitCode'),
    isAlive: booleanOf(row, 'is_alive', 'isAlive') ?? (state === undefined || !endedStates.has(state)),
    clients:
      numberOf(row, 'client_count', 'clients') ?? (Array.isArray(clients) ? clients.length : undefined),
  };
}

/**
 * Reads `{sessions}`, or a bare list.
 *
 * @throws ApiError of kind `schema`
 */
export function readTerminals(body: unknown): Listed<TerminalSession> {
  const rows: unknown = isJsonObject(body) ? listOf(body, 'sessions', 'items') : body;
  if (!Array.isArray(rows)) throw new ApiError('schema', 'The answer holds no list of sessions');
  return { entries: readableOf(rows.slice(0, mostListed), readTerminal), isCut: rows.length > mostListed };
}

/**
 * Reads the answer to a create.
 *
 * @throws ApiError of kind `schema` when it lacks a session or token, or the token is in the id, which is stored and
 * logged
 */
export function readTicket(body: JsonObject): TerminalTicket {
  const sessionId = textOf(body, 'session_id', 'sessionId');
  const token = textOf(body, 'token');
  if (sessionId === undefined || token === undefined || sessionId.includes(token)) {
    throw new ApiError('schema', 'The answer does not describe a terminal');
  }
  return { sessionId, token };
}
