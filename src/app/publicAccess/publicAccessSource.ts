import { ApiError, cancelledBy } from '../../core/kernel/errors';
import type { SandboxStore } from '../../core/list/store';
import type { PublicAccessSource } from '../../core/publicAccess/dueClosings';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { Connection } from '../../host/session/connection';

/** What closing needs of a connection. */
export type ClosingConnection = Pick<Connection, 'sandboxes' | 'signal'> & {
  readonly poller: Pick<Connection['poller'], 'applyUpdate' | 'refresh'>;
};

/** Reads and closes public access. Whatever fails here is tried again by `DueClosings`, so no request is repeated in between. */
export function sourceOf(connection: ClosingConnection, store: SandboxStore): PublicAccessSource {
  const { poller, signal } = connection;
  const sandboxes = connection.sandboxes.withoutRetries();
  /** The sandbox as it is now; undefined for one that is gone. */
  const read = async (id: string): Promise<Sandbox | undefined> => {
    try {
      const sandbox = await sandboxes.get(id, signal);
      poller.applyUpdate([sandbox]);
      return sandbox;
    } catch (error) {
      if (!ApiError.is(error, 'notFound')) throw error;
      // A gateway on the way may say so too: it is believed where a list that was read since agrees.
      await poller.refresh('background');
      if (signal.aborted) throw cancelledBy(signal);
      const { status, cut } = store.current;
      if (status.kind === 'fresh' && cut === undefined && !isLive(store, id)) return undefined;
      throw new ApiError('server', 'it cannot be found, and the list does not say that it is gone');
    }
  };
  const close = async (id: string): Promise<void> => {
    try {
      const sandbox = await sandboxes.update(id, { allowUnauthenticatedAccess: false }, signal);
      poller.applyUpdate([sandbox]);
      if (sandbox.allowUnauthenticatedAccess)
        throw new ApiError('invalid', 'the request was taken and nothing changed');
    } catch (error) {
      // The sandbox may have ended, or the server may not support this: whether it is public now tells which.
      if (!ApiError.is(error, 'notFound', 'invalid', 'conflict')) throw error;
      const sandbox = await read(id);
      if (!isOpen(sandbox)) throw new ApiError('notFound', error.message);
      if (sandbox?.state === 'pending') throw new ApiError('server', 'it has not started yet');
      throw ApiError.is(error, 'notFound') ? new ApiError('invalid', error.message) : error;
    }
  };
  return {
    isPublic: async id => isOpen(await read(id)),
    close: async id => {
      const row = store.current.rows.get(id);
      const isMarked = row !== undefined && row.action === undefined;
      if (isMarked) store.setAction([id], 'update');
      try {
        await close(id);
      } finally {
        if (isMarked) store.setAction([id], undefined, 'update');
      }
    },
  };
}

function isOpen(sandbox: Sandbox | undefined): boolean {
  return sandbox?.allowUnauthenticatedAccess === true && sandbox.state !== 'terminated';
}

/** Whether the list has a sandbox that has not ended. */
function isLive({ current }: SandboxStore, id: string): boolean {
  const row = current.rows.get(id);
  return row !== undefined && row.sandbox.state !== 'terminated';
}
