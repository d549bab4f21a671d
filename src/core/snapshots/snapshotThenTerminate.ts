import type { Clock } from '../kernel/time/clock';
import { ApiError } from '../kernel/errors';
import { followUntil } from '../list/polling/transitionWatcher';
import type { SandboxSnapshot } from './snapshot';
import { readerOfStarted } from './startedSnapshot';

/** How long to wait for a snapshot to be stored; after that the sandbox is not terminated. @internal */
export const storeBoundMs = 10 * 60_000;

/** The steps of the operation. All of them may reject with `ApiError`. */
export interface SnapshotSteps {
  /** Starts the snapshot and resolves with its id. */
  readonly start: () => Promise<string>;
  readonly read: (snapshotId: string) => Promise<SandboxSnapshot>;
  readonly terminate: () => Promise<void>;
  /** Whether the account in use is still the one that began the operation. */
  readonly isCurrent: () => boolean;
}

/** How it ended; the sandbox is unchanged unless it is `terminated`. */
export type SnapshotThenTerminateOutcome =
  | { readonly kind: 'terminated'; readonly snapshotId: string }
  | { readonly kind: 'snapshotFailed'; readonly error: string | undefined }
  | { readonly kind: 'notStored'; readonly snapshotId: string; readonly status: string | undefined }
  /** The service named a snapshot that it does not know. */
  | { readonly kind: 'notKnown'; readonly snapshotId: string }
  | { readonly kind: 'accountChanged' };

/**
 * Takes a snapshot and terminates the sandbox once the snapshot is stored for good: `completed`, not `local_ready`,
 * whose only copy is where the sandbox runs (API reference section 2.10). In any other case the sandbox is unchanged.
 *
 * @throws ApiError when a request fails for good; the sandbox is not terminated then, unless it was `terminate` itself
 */
export async function snapshotThenTerminate(
  steps: SnapshotSteps,
  clock: Clock,
  signal: AbortSignal,
): Promise<SnapshotThenTerminateOutcome> {
  const snapshotId = await steps.start();
  const read = readerOfStarted(() => steps.read(snapshotId), clock);
  let status: string | undefined;
  const taken = await followUntil(
    async () => {
      const found = await read();
      status = found?.status ?? status;
      return found;
    },
    found => found?.status === 'completed' || found?.status === 'failed',
    clock,
    signal,
    storeBoundMs,
  ).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    if (ApiError.is(error, 'notFound')) return 'notKnown' as const;
    throw error;
  });
  if (taken === 'notKnown') return { kind: 'notKnown', snapshotId };
  if (signal.aborted || !steps.isCurrent()) return { kind: 'accountChanged' };
  if (!taken) return { kind: 'notStored', snapshotId, status };
  if (taken.status === 'failed') return { kind: 'snapshotFailed', error: taken.error };
  await steps.terminate();
  return { kind: 'terminated', snapshotId };
}
