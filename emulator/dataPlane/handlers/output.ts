import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EventStream } from '../../http/sse';
import type { StreamName } from '../processes/execution';
import type { OutputLog } from '../processes/outputLog';
import type { DaemonCall } from './route';

/** The streams of a path of API reference section 3.5; `output` is all of stdout, then all of stderr. */
function streamsOf(which: StreamName | 'output'): readonly StreamName[] {
  return which === 'output' ? ['stdout', 'stderr'] : [which];
}

/** GET …/{stdout,stderr,output}: the captured output, of any size (API reference section 3.5). */
export function capturedOutput(which: StreamName | 'output') {
  return async ({ guest, param, response }: DaemonCall): Promise<undefined> => {
    const { pid, logs } = guest.processes.output(param('ref'));
    const kept = streamsOf(which).flatMap(name => logs[name] ?? []);
    response.writeHead(200, { 'content-type': 'application/json' });
    await pipeline(Readable.from(linesJson(pid, kept)), response);
    return undefined;
  };
}

async function* linesJson(pid: number, logs: readonly OutputLog[]): AsyncGenerator<string> {
  yield `{"pid":${pid},"lines":[`;
  let count = 0;
  for (const log of logs) {
    for await (const lines of log.read(0)) {
      yield lines.map(line => `${count++ === 0 ? '' : ','}${JSON.stringify(line)}`).join('');
    }
  }
  yield `],"line_count":${count}}`;
}

/** GET …/follow: a replay, then new lines, then `eof`; lines of the replay have the timestamp 0. */
export function followOutput(which: StreamName | 'output') {
  return async ({ guest, param, response, faults, dialect }: DaemonCall): Promise<undefined> => {
    const { logs } = guest.processes.output(param('ref'));
    const events = new EventStream(response, guest.clock, faults.heartbeatFrames);
    const named = which === 'output';
    const tails = streamsOf(which).flatMap(name => {
      const log = logs[name];
      return log === undefined ? [] : [{ name, log, at: 0, replayed: log.length }];
    });
    const pump = async (tail: (typeof tails)[number], to: number, isReplay: boolean): Promise<void> => {
      for await (const lines of tail.log.read(tail.at, to)) {
        const timestamp = isReplay ? 0 : guest.clock.now();
        const frames = lines.map(line => ({ line, timestamp, stream: named ? tail.name : undefined }));
        await events.sendAll(frames, 'output');
        if (!events.isOpen) return;
      }
      tail.at = to;
    };
    const isEarly = dialect.follow === 'early';
    const ended = isEarly ? guest.processes.exited(param('ref')) : undefined;
    if (isEarly && guest.processes.hasJustEnded(param('ref'), inPipeMs)) {
      for (const { name, log } of tails) {
        for await (const [line] of log.read(0)) {
          if (line !== undefined) {
            await events.sendAll([{ line, timestamp: 0, stream: named ? name : undefined }], 'output');
          }
          break;
        }
      }
      await events.send({}, 'eof');
      events.end();
      return undefined;
    }
    for (const tail of tails) await pump(tail, tail.replayed, true);
    const gone = new Promise<void>(resolve => response.once('close', resolve));
    while (events.isOpen) {
      const open = tails.filter(({ log, at }) => !log.isEnded || at < log.length);
      if (open.length === 0) break;
      // What was written just before the end is still in the pipe when the process is reaped.
      if (ended !== undefined && (await isEndedWithin(ended, inPipeMs))) break;
      const changed = open.map(({ log }) => log.changed());
      const fresh = open.filter(({ log, at }) => at < log.length);
      for (const tail of fresh) await pump(tail, tail.log.length, false);
      if (fresh.length === 0 && open.every(({ log }) => !log.isEnded)) {
        await Promise.race([...changed, gone, ...(ended === undefined ? [] : [ended])]);
      }
    }
    if (events.isOpen) await events.send({}, 'eof');
    events.end();
    return undefined;
  };
}

/** How long output counts as not read yet, for a server whose stream ends with the process. */
const inPipeMs = 250;

async function isEndedWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => (timer = setTimeout(() => resolve(false), ms)));
  const isEnded = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return isEnded;
}
