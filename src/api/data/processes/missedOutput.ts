import { ApiError } from '../../../core/kernel/errors';
import type { OutputLine, OutputStream, ProcessInfo, ProcessRef } from '../../../core/processes/process';
import { pause } from './runInSteps';

interface CapturedProcesses {
  get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo>;
  output(ref: ProcessRef, which: OutputStream, signal: AbortSignal): Promise<readonly string[]>;
}

/** Reads of the captured output after the end, and the time between them: the pipe of a process is drained by then. */
const mostReads = 5;
const betweenMs = 200;

/**
 * What a stream that ended left out. Older daemons end it when the process is reaped, and read what its pipe still holds
 * afterwards (docs/reliability.md, "Another server"); those give a process no `handle`, and only they are asked.
 *
 * @param shown how many lines of each stream came
 */
export async function* missedOutput(
  processes: CapturedProcesses,
  ref: ProcessRef,
  streams: readonly OutputStream[],
  shown: Map<OutputStream, number>,
  signal: AbortSignal,
): AsyncGenerator<OutputLine & { readonly stream: OutputStream }, void> {
  try {
    const { status, handle } = await processes.get(ref, signal);
    if (handle !== undefined || status === 'running') return;
    for (let reads = 0, isQuiet = false; reads < mostReads && !isQuiet; reads += 1) {
      if (reads > 0) await pause(betweenMs, signal);
      isQuiet = reads > 0;
      for (const stream of streams) {
        const lines = await processes.output(ref, stream, signal);
        for (const line of lines.slice(shown.get(stream) ?? 0)) {
          isQuiet = false;
          shown.set(stream, (shown.get(stream) ?? 0) + 1);
          yield { line, stream };
        }
      }
    }
  } catch (error) {
    // The end of the output was told already; what cannot be read of it now is left out.
    if (!ApiError.is(error) || signal.aborted) throw error;
  }
}
