import { DataTransferItem, l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import type { LoadedDrops } from '../../../host/editor/documents/lazyProviders';
import { fileUri, parseFileUri } from '../../../host/editor/documents/documentUris';
import { confirmModal } from '../../../host/editor/dialogs/messages';
import { UserError } from '../../../text/kit/failureText';
import { withViewProgress } from '../../../host/editor/dialogs/progress';
import { baseName, isWithin, joinPath, parentPath } from '../../../core/files/remotePath';
import { plainText } from '../../../text/kit/plainText';
import { namesText, placeText } from '../../../text/files';
import { droppedIn, uriList } from './dropped';
import { forEachFile } from '../eachFile';
import { FileNode } from './fileNodes';
import type { Destination, Files } from '../files';
import { whichSandbox } from './fileTargets';
import type { Renames } from '../editors/renames';
import { upload } from '../transfer/upload';
import type { WorkspaceConsent } from '../workspaceConsent';

/** Uploads what is dropped on a sandbox or a folder, and lets files be dragged into an editor. */
export function dropsOf(
  app: AppContext,
  files: Files,
  consent: WorkspaceConsent,
  renames: Renames,
): LoadedDrops {
  return {
    drag: (nodes, data) => {
      const uris = nodes.flatMap(node =>
        node instanceof FileNode ? [fileUri(node.sandboxId, node.path)] : [],
      );
      consent.userOpens(...uris);
      const text = uris.map(uri => uri.toString()).join('\r\n');
      if (uris.length > 0) data.set(uriList, new DataTransferItem(text));
    },
    drop: async (node, data) => {
      const { uris, files: dropped } = await droppedIn(data);
      if (uris.length === 0 && dropped.length === 0) return;
      const destination = await files.destination(node, whichSandbox);
      if (!destination) return;
      const remote = uris.map(parseFileUri).filter(parsed => parsed !== undefined);
      if (remote.length === 0) await upload(app, files, destination, [...uris, ...dropped]);
      else if (remote.length < uris.length || remote.some(each => each.sandboxId !== destination.sandboxId))
        throw new UserError(
          l10n.t('Download it first: files cannot be dragged from one sandbox to another.'),
        );
      else
        await moveAll(
          files,
          renames,
          destination,
          remote.map(({ path }) => path),
        );
    },
  };
}

async function moveAll(
  files: Files,
  renames: Renames,
  { remote, sandboxId, name, path: folder }: Destination,
  paths: readonly string[],
): Promise<void> {
  const moved = paths.filter(path => parentPath(path) !== folder && !isWithin(folder, path));
  const [first] = moved;
  if (first === undefined) return;
  const question =
    moved.length === 1
      ? l10n.t('Move {0} to {1}?', plainText(baseName(first)), placeText(folder, name))
      : l10n.t('Move {0} files or folders to {1}?', moved.length, placeText(folder, name));
  const detail = moved.length === 1 ? '' : namesText(moved);
  if (!(await confirmModal(question, detail, l10n.t('Move')))) return;
  const signal = await files.sessionSignal();
  const moveOne = async (path: string): Promise<void> =>
    await renames.rename(remote, sandboxId, path, joinPath(folder, baseName(path)), signal);
  await withViewProgress(forEachFile(moved, path => path, moveOne));
}
