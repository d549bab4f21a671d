import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { askReachable, resolveReachable } from '../../app/reach';
import { normalizePath } from '../../core/files/remotePath';
import { askText } from '../../host/editor/dialogs/quickInput';
import type { Files } from './files';
import { type FileTarget, whichSandbox } from './tree/fileTargets';

/**
 * Asks for a sandbox, and for a path in it.
 *
 * @param title of the second question, for the name of the sandbox
 * @param beside the file that is chosen already: its path stands in the box at first, and it is always asked which sandbox
 * @returns undefined when the user backed out
 */
export async function askPath(
  app: AppContext,
  files: Files,
  title: (sandbox: string) => string,
  beside?: FileTarget,
): Promise<FileTarget | undefined> {
  const row = beside ? await askReachable(app, whichSandbox) : await resolveReachable(app, [], whichSandbox);
  const remote = row && (await files.reach(row.sandbox.id));
  if (!row || !remote) return undefined;
  const first = beside?.path ?? `${(await remote.home(await files.sessionSignal())) ?? ''}/`;
  const answer = await askText({
    title: title(files.nameOf(row.sandbox.id)),
    prompt: l10n.t('Absolute path in the sandbox'),
    value: first,
    validate: text =>
      normalizePath(text) === undefined
        ? l10n.t('The path has to be absolute: it begins with /.')
        : undefined,
  });
  const path = answer.kind === 'value' ? normalizePath(answer.value) : undefined;
  return path === undefined ? undefined : { sandboxId: row.sandbox.id, path, isRoot: path === '/' };
}
