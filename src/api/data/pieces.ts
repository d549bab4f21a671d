import { ApiError } from '../../core/kernel/errors';
import { ownScriptArgs } from '../../core/processes/ownProcess';
import { ByteBlocks } from '../../core/kernel/byteBlocks';
import { type ByteSource, SourceError } from '../http/transport';
import { pause } from './processes/runInSteps';
import type { SandboxProcesses } from './processes/processes';

/** What one request carries: below the 2 MiB that the smallest known server takes. */
export const pieceBytes = 1024 * 1024;
const lookMs = 50;
const closeMs = 15_000;

/** Writes standard input beside the file, and puts it in place once it is whole: `$2` bytes, where that is known. */
const script = `t="$1.$$.part"
mkdir -p -- "$(dirname -- "$1")" && cat >"$t" &&
{ [ -z "$2" ] || [ "$(wc -c <"$t")" -eq "$2" ]; } && mv -f -- "$t" "$1" && exit 0
rm -f -- "$t"
exit 1`;

/**
 * Writes a file through the standard input of a program, for a server that takes no file that large in one request. It is
 * replaced when all of it has arrived, and left as it was otherwise.
 *
 * @throws ApiError; whatever a source throws, unchanged
 */
export async function writeInPieces(
  processes: Pick<SandboxProcesses, 'start' | 'get' | 'output' | 'writeStdin' | 'closeStdin'>,
  path: string,
  content: Uint8Array | ByteSource,
  signal: AbortSignal,
): Promise<void> {
  const size = content instanceof Uint8Array ? content.length : content.size;
  const args = ownScriptArgs(script, [path, size === undefined ? '' : String(size)]);
  const { pid } = await processes.start({ command: 'sh', args, env: { LC_ALL: 'C' }, stdin: 'pipe' }, signal);
  let isWhole = false;
  try {
    for await (const piece of pieces(content)) await processes.writeStdin(pid, piece, signal);
    // Without a size nothing else tells a whole file from a part.
    isWhole = true;
  } catch (error) {
    throw error instanceof SourceError ? error.cause : error;
  } finally {
    if (isWhole || size !== undefined) {
      await processes
        .closeStdin(pid, isWhole ? signal : AbortSignal.timeout(closeMs))
        .catch((error: unknown) => {
          if (isWhole) throw error;
        });
    }
  }
  for (;;) {
    const { status, exitCode } = await processes.get(pid, signal);
    if (status === 'running') await pause(lookMs, signal);
    else if (exitCode === 0) return;
    else {
      const said = await processes.output(pid, 'stderr', signal).catch(() => []);
      throw new ApiError('server', said.join(' ').slice(0, 500), { status: 500 });
    }
  }
}

async function* pieces(content: Uint8Array | ByteSource): AsyncGenerator<Uint8Array, void> {
  if (content instanceof Uint8Array) {
    for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
    return;
  }
  const kept = new ByteBlocks();
  for await (const chunk of readable(content)) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + pieceBytes - kept.length);
      kept.push(part);
      at += part.length;
      if (kept.length >= pieceBytes) yield kept.takeAll();
    }
  }
  if (kept.length > 0) yield kept.takeAll();
}

async function* readable(source: ByteSource): AsyncGenerator<Uint8Array, void> {
  try {
    yield* source.open();
  } catch (error) {
    throw new SourceError(error);
  }
}
