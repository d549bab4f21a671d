import type { Clock } from '../kernel/clock';
import { ApiError } from '../kernel/errors';
import { followUntil } from '../list/transitionWatcher';
import type { SandboxSnapshot } from './snapshot';

/** How long a snapshot may take to be stored before its sandbox is left alone. @internal */
export const storeBoundMs = 10 * 60_000;

/** What the operation is made of. All of them may reject with `ApiError`. */
export interface SnapshotSteps {
  /** Starts the snapshot and gives its id. */
  readonly start: () => Promise<string>;
  readonly read: (snapshotId: string) => Promise<SandboxSnapshot>;
  readonly terminate: () => Promise<void>;
  /** Whether the account is still the one the operation was begun with. */
  readonly isCurrent: () => boolean;
}

/** How it ended; whatever is not `terminated` left the sandbox as it was. */
export type SnapshotThenTerminateOutcome =
  | { readonly kind: 'terminated'; readonly snapshotId: string }
  | { readonly kind: 'snapshotFailed'; readonly error: string | undefined }
  | { readonly kind: 'notStored'; readonly snapshotId: string; readonly status: string | undefined }
  | { readonly kind: 'accountChanged' };

/**
 * Takes a snapshot and ends the sandbox once the snapshot is stored for good: `completed`, not `local_ready`, whose
 * only copy is where the sandbox runs (API reference section 2.10). Anything else leaves the sandbox alone.
 *
 * @throws ApiError when a request fails for good; the sandbox is not terminated then, unless it was `terminate` itself
 */
export async function snapshotThenTerminate(
  steps: SnapshotSteps,
  clock: Clock,
  signal: AbortSignal,
): Promise<SnapshotThenTerminateOutcome> {
  const snapshotId = await steps.start();
  let status: string | undefined;
  const taken = await followUntil(
    async () => {
      const found = await patiently(() => steps.read(snapshotId));
      status = found?.status ?? status;
      return found;
    },
    found => found?.status === 'completed' || found?.status === 'failed',
    clock,
    signal,
    storeBoundMs,
  ).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (signal.aborted || !steps.isCurrent()) return { kind: 'accountChanged' };
  if (!taken) return { kind: 'notStored', snapshotId, status };
  if (taken.status === 'failed') return { kind: 'snapshotFailed', error: taken.error };
  await steps.terminate();
  return { kind: 'terminated', snapshotId };
}

/** A read whose failure may pass gives nothing, so that it is made again. */
export async function patiently<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (ApiError.is(error, 'network', 'timeout', 'server', 'rateLimited')) return undefined;
    throw error;
  }
}
