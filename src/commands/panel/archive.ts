import { l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/messages';
import { withViewProgress } from '../../host/editor/progress';
import type { AppContext } from '../../app/appContext';

/** Reads the first page of the archive, and later what is new there. */
export async function readArchive(context: AppContext): Promise<void> {
  const connection = await context.connections.require();
  const page = await connection.control.listArchived({}, connection.signal);
  if (context.connections.current !== connection) return;
  const { archive, archiveCursor } = context.store.current;
  // Pages that were loaded before stay, and so does the cursor after them.
  const cursor = archive.size === 0 ? page.nextCursor : archiveCursor;
  context.store.addArchive(page.sandboxes, context.clock.now(), cursor);
}

/** Reads the next page of the archive. A second call meanwhile waits for the same page. */
export function loadMoreHistory(context: AppContext): CommandHandler {
  let loading: Promise<void> | undefined;
  return {
    failureTitle: () => l10n.t('Could not load the history'),
    run: async () => {
      loading ??= withViewProgress(readNextPage(context));
      try {
        await loading;
      } finally {
        loading = undefined;
      }
    },
  };
}

async function readNextPage(context: AppContext): Promise<void> {
  const connection = await context.connections.require();
  const { archiveCursor: cursor } = context.store.current;
  if (cursor === undefined) {
    inform(l10n.t('That is all of the history.'));
    return;
  }
  const { sandboxes, nextCursor } = await connection.control.listArchived({ cursor }, connection.signal);
  if (context.connections.current !== connection) return;
  // A server that repeats a cursor would return the same page for ever.
  context.store.addArchive(sandboxes, context.clock.now(), nextCursor === cursor ? undefined : nextCursor);
}
