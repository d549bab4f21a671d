import { ApiError } from '../../../core/kernel/errors';
import type { OutputLine, OutputStream, RunEvent } from '../../../core/processes/process';
import type { JsonObject } from '../../../core/kernel/formats/json';
import { isJsonObject, numberOf, textOf } from '../../../core/kernel/formats/json';
import { parseWireTime } from '../../http/times/wireTime';
import { readExit } from './processSchema';
import { readEvents } from '../sse';
import type { ServerSentEvent } from '../sse';

/**
 * Reads a follow stream (API reference section 3.5): lines until `eof`.
 *
 * @param clean applied to each line
 * @throws ApiError of kind `network` and code `STREAM_CUT` when it ends without one
 */
export async function* readFollow(
  body: AsyncIterable<Uint8Array>,
  clean: (line: string) => string,
): AsyncGenerator<OutputLine, void> {
  for await (const event of readEvents(body)) {
    if (event.event === 'eof') return;
    const line = lineOf(event, clean);
    if (line) yield line;
  }
  throw new ApiError('network', 'The stream broke off before its end', { code: 'STREAM_CUT' });
}

/**
 * Reads a run stream (API reference section 3.6). Frames are distinguished by their members; the last event is
 * `exited`.
 *
 * @param clean applied to each line
 * @throws ApiError of kind `network` and code `NO_EXIT` when the stream ends without an exit status
 */
export async function* readRun(
  body: AsyncIterable<Uint8Array>,
  clean: (line: string) => string,
): AsyncGenerator<RunEvent, void> {
  for await (const event of readEvents(body)) {
    const line = lineOf(event, clean);
    if (line) {
      yield { kind: 'line', ...line };
      continue;
    }
    const frame = parse(event.data);
    const pid = frame && numberOf(frame, 'pid');
    if (frame === undefined) continue;
    const exit = readExit(frame);
    if (exit.exitCode !== undefined || exit.signal !== undefined) {
      yield { kind: 'exited', ...exit };
      return;
    }
    const startedAtMs = parseWireTime(frame['started_at']);
    if (pid !== undefined) yield { kind: 'started', pid, ...(startedAtMs !== undefined && { startedAtMs }) };
  }
  throw new ApiError('network', 'The stream ended without saying how the program ended', {
    code: 'NO_EXIT',
  });
}

function lineOf({ data, omitted }: ServerSentEvent, clean: (line: string) => string): OutputLine | undefined {
  // A truncated frame is no longer JSON.
  if (omitted > 0) return { line: '', omitted: omitted + data.length };
  const frame = parse(data);
  if (frame === undefined) return undefined;
  const line = frame['line'];
  if (typeof line !== 'string') return undefined;
  const stream = textOf(frame, 'stream');
  const atMs = parseWireTime(frame['timestamp']);
  return {
    line: clean(line),
    ...(isStream(stream) && { stream }),
    ...(atMs !== undefined && { atMs }),
  };
}

function parse(data: string): JsonObject | undefined {
  try {
    const frame: unknown = JSON.parse(data);
    return isJsonObject(frame) ? frame : undefined;
  } catch {
    // Heartbeats may be any text.
    return undefined;
  }
}

function isStream(text: string | undefined): text is OutputStream {
  return text === 'stdout' || text === 'stderr';
}
