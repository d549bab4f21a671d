import { l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import type { AppContext } from '../../app/appContext';
import { isLacked, noteLack } from '../../app/offered';
import { isRouteMissing } from '../../core/kernel/errors';
import type { Connection } from '../../host/session/connection';
import type { ListCut } from '../../core/list/listStatus';
import type { SandboxPage } from '../../core/list/polling/pageReading';
import { historyCutText } from '../../text/sandbox/viewText';

/** Reads the first page of the archive, and later what is new there. */
export async function readArchive(context: AppContext): Promise<void> {
  const connection = await context.connections.require();
  if (isLacked(context, 'archive')) return;
  const page = await firstPage(context, connection);
  if (!page || context.connections.current !== connection) return;
  const { archive, archiveCursor } = context.store.current;
  // Pages that were loaded before stay, and so does the cursor after them.
  const isFirst = archive.size === 0;
  const cursor = isFirst ? page.nextCursor : archiveCursor;
  context.store.addArchive(page.sandboxes, context.clock.now(), cursor, isFirst ? cutOf(page) : undefined);
}

/** Undefined on a server without an archive, which lists what has ended, if at all, with all others. */
async function firstPage(context: AppContext, connection: Connection): Promise<SandboxPage | undefined> {
  try {
    return await connection.sandboxes.listArchived({}, connection.signal);
  } catch (error) {
    if (!isRouteMissing(error)) throw error;
    noteLack(context, connection, 'archive');
    return undefined;
  }
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
    const { archiveCut } = context.store.current;
    inform(archiveCut ? historyCutText(archiveCut) : l10n.t('That is all of the history.'));
    return;
  }
  const page = await connection.sandboxes.listArchived({ cursor }, connection.signal);
  if (context.connections.current !== connection) return;
  // A server that repeats a cursor would return the same page for ever.
  const isRepeated = page.nextCursor === cursor;
  context.store.addArchive(
    page.sandboxes,
    context.clock.now(),
    isRepeated ? undefined : page.nextCursor,
    isRepeated ? 'cursor' : cutOf(page),
  );
}

function cutOf({ isTruncated, isCut }: SandboxPage): ListCut | undefined {
  if (isCut === true) return 'size';
  return isTruncated === true ? 'cursor' : undefined;
}
