import { EventStream } from '../../http/sse';
import { findMembers, killAll } from '../machine/members';
import type { Exit, StreamName } from '../processes/execution';
import type { RunBody } from '../processes/processSchemas';
import type { DaemonCall } from './route';

const secondMs = 1_000;

/** POST /api/v1/processes/run: start, output and end in one answer (API reference section 3.6). */
export async function runProcess({
  guest,
  body,
  response,
  dialect,
  faults,
}: DaemonCall<unknown, RunBody>): Promise<undefined> {
  let resolveStarted: (events: EventStream) => void = () => undefined;
  const started = new Promise<EventStream>(resolve => (resolveStarted = resolve));
  const sink = async (stream: StreamName, lines: readonly string[]): Promise<void> => {
    // The frame that names the process has to come first.
    const events = await started;
    const timestamp = guest.clock.now();
    await events.sendAll(lines.map(line => ({ line, timestamp, stream })));
  };
  let reap = (): void => undefined;
  const entry = await guest.processes.run(body, sink, () => reap());
  const { execution, handle, unit } = entry;
  // Its descendants end with it, even those that left its process group.
  reap = () => killAll(() => findMembers(`${guest.mark}.${unit}.`, [execution.pid]));
  const end = (): void => {
    execution.kill();
    reap();
  };
  const seconds = body.timeout ?? (dialect.runTimeout === 'either' ? body.timeout_secs : undefined);
  const cancelTimeout = seconds === undefined ? () => undefined : guest.clock.after(seconds * secondMs, end);
  // Without a client the command ends too.
  response.once('close', () => {
    if (execution.exit === undefined) end();
  });

  const events = new EventStream(response, guest.clock, faults.heartbeatFrames);
  await events.send({
    handle: faults.legacyProcesses === true ? undefined : handle,
    pid: execution.pid,
    started_at: execution.startedAtMs,
  });
  resolveStarted(events);
  const exit = await execution.finished;
  cancelTimeout();
  if (faults.missingFinalFrame !== true) await events.send(finalFrame(exit));
  events.end();
  return undefined;
}

function finalFrame({ exitCode, signal }: Exit): object {
  return signal === null ? { exit_code: exitCode } : { signal };
}
