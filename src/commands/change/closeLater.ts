import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import { warn } from '../../host/editor/dialogs/messages';
import type { Connection } from '../../host/session/connection';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import { listText } from '../../text/kit/listText';
import { plainText } from '../../text/kit/plainText';

/**
 * Sets when public access closes to what was just made as public; without a time it stays open. Has to be called as soon
 * as the ids are known, and again once the service knows them: until then it may say that there is no such sandbox, and
 * the end is forgotten. Leaves out what is seen private by then, and warns where the end cannot be stored.
 */
export async function closeLater(
  { store }: Pick<AppContext, 'store'>,
  deadlines: PublicDeadlines,
  { session }: Pick<Connection, 'session'>,
  made: readonly Pick<Sandbox, 'id' | 'name'>[],
  closesAtMs: number | undefined,
): Promise<void> {
  if (closesAtMs === undefined) return;
  const { rows } = store.current;
  const open = made.filter(({ id }) => rows.get(id)?.sandbox.allowUnauthenticatedAccess !== false);
  try {
    await deadlines.set(session, open, closesAtMs);
  } catch {
    warn(
      l10n.t(
        'The time at which public access closes could not be stored, so nothing closes it: close or terminate {0}.',
        listText(open.map(sandbox => plainText(displayName(sandbox), 40))),
      ),
    );
  }
}
