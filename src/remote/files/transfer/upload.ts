import { basename } from 'node:path';
import { type DataTransferFile, l10n, Uri, window } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { isMember } from '../../../core/kernel/formats/json';
import { joinPath, parentPath } from '../../../core/files/remotePath';
import { LocalNames } from '../model/localNames';
import { mapLimited } from '../../../core/kernel/async';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { reportFailure } from '../../../host/editor/dialogs/messages';
import { startProgress } from '../../../host/editor/dialogs/progress';
import { isCancellation } from '../../../text/kit/failureText';
import { byteSize } from '../../../text/kit/units';
import { placeText } from '../../../text/files';
import { plainText } from '../../../text/kit/plainText';
import { sendArchive, withStaging } from './archives';
import { nameOf, readDroppedFile, readEditorTree } from './editorTree';
import { writeFile } from '../fileChanges';
import type { Destination, Files } from '../files';
import { archiveSource, fileSource, readLocalTree, type LocalEntry, type LocalTree } from './localTree';
import { whichSandbox } from '../tree/fileTargets';
import type { RemoteFiles } from '../remoteFiles';
import { makeFoldersScript, makeLinkScript } from '../model/scripts';
import { tellUnfinished, transferEach } from './outcome';
import { NameList } from '../model/nameList';
import {
  callerOf,
  confirmReplacing,
  confirmSize,
  logNames,
  showOutcome,
  TransferMeter,
  type Caller,
} from './progress';

/** Parallel uploads where a folder cannot be sent as one archive. */
const concurrency = 4;
/** Paths passed to one command. */
const pathsAtOnce = 200;

/** Uploads files and folders into a folder, or into the home folder of a sandbox. */
export function uploadFiles(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not upload'),
    run: async (first, _selected, options) => {
      const destination = await files.destination(first, whichSandbox);
      if (!destination) return;
      const sources = sourcesOf(options) ?? (await askForSources(destination, files.dialogStart));
      if (sources.length > 0) await upload(app, files, destination, sources, callerOf(options));
    },
  };
}

/** A file or folder: of this machine or of another file system of the editor, or dropped on a browser window. */
export type UploadSource = Uri | DataTransferFile;

/** Uploads files and folders, after any confirmation they need. */
export async function upload(
  app: AppContext,
  files: Files,
  destination: Destination,
  sources: readonly UploadSource[],
  { signal: outer, mayReplace }: Caller = {},
): Promise<void> {
  const { remote, sandboxId, path, name } = destination;
  const session = await files.sessionSignal();
  const preparing = startProgress(l10n.t('Preparing the upload…'), outer, session);
  const { trees, renamed, refused } = await preparing.until(readSources(sources, preparing.signal));
  const bytes = trees.reduce((sum, tree) => sum + tree.bytes, 0);
  const there = new Set((await remote.list(path, session)).map(entry => entry.name));
  const replaced = trees.flatMap(({ entries: [top] }) =>
    top && there.has(top.header.path) ? [top.header.path] : [],
  );
  if (mayReplace !== true && !(await confirmReplacing(replaced, placeText(path, name)))) return;
  const question = l10n.t('Upload {0} to {1}?', byteSize(bytes), name);
  if (!(await confirmSize(bytes, question, l10n.t('Upload')))) return;
  const sending = startProgress(l10n.t('Uploading to {0}…', name), outer, session);
  const meter = new TransferMeter(bytes, sending);
  let leftOver: boolean;
  try {
    const outcome = await transferEach([...refused, ...trees], async item => {
      if ('error' in item) throw item.error;
      await sendTree(remote, path, item, meter, sending.signal);
    });
    leftOver = tellUnfinished(
      l10n.t('Could not upload'),
      outcome,
      ({ source }) => readerOf(source).name,
      items => {
        const again = async (): Promise<void> => {
          const sourcesLeft = items.map(({ source }) => source);
          // It may have been suspended meanwhile.
          if (await files.reach(sandboxId)) await upload(app, files, destination, sourcesLeft);
        };
        again().catch((error: unknown) => reportFailure(l10n.t('Could not upload'), error, () => undefined));
      },
    );
  } finally {
    files.changed(sandboxId, 'created', ...replaced.map(each => joinPath(path, each)), joinPath(path, '.'));
    sending.done();
  }
  const leftOut = new NameList();
  for (const tree of trees) leftOut.addAll(tree.leftOut);
  logNames(app, 'Left out of the upload', leftOut);
  for (const localPath of renamed) app.log.info(`Renamed in the upload: ${plainText(localPath)}`);
  const done = l10n.t('Uploaded {0} to {1} in {2}.', byteSize(bytes), plainText(path), name);
  if (!leftOver) showOutcome(done, leftOut.count, renamed.length);
}

/** What was chosen, as it is read. */
interface SourceTree extends LocalTree {
  readonly source: UploadSource;
}

/** What was chosen and cannot be read. */
interface RefusedSource {
  readonly source: UploadSource;
  readonly error: Error;
}

/** Reads what is to be uploaded, with the names in the sandbox. */
async function readSources(
  sources: readonly UploadSource[],
  signal: AbortSignal,
): Promise<{
  readonly trees: readonly SourceTree[];
  readonly renamed: readonly string[];
  readonly refused: readonly RefusedSource[];
}> {
  const names = new LocalNames('linux');
  const renamed: string[] = [];
  const trees: SourceTree[] = [];
  const refused: RefusedSource[] = [];
  for (const source of sources) {
    const { name, read } = readerOf(source);
    const { parts, isChanged } = names.another(name);
    if (isChanged) renamed.push(source instanceof Uri ? source.path : name);
    try {
      trees.push({ ...(await read(parts.join('/'), signal)), source });
    } catch (error) {
      if (isCancellation(error) || !(error instanceof Error)) throw error;
      refused.push({ source, error });
    }
  }
  return { trees, renamed, refused };
}

/** Sends a file or folder into a folder of a sandbox, where it replaces files of the same name. */
export async function sendTree(
  remote: RemoteFiles,
  folder: string,
  tree: LocalTree,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  const [top] = tree.entries;
  if (!top) return;
  const target = joinPath(folder, top.header.path);
  if (top.header.type === 'file') await sendFile(remote, target, top, meter, signal);
  else if (top.header.type === 'link')
    await remote.script(makeLinkScript, [target, top.header.linkTarget ?? ''], target, signal);
  else if (!(await sendArchive(remote, target, archiveSource(tree, meter.part()), signal)))
    await sendOneByOne(remote, target, tree, meter, signal);
}

async function sendFile(
  remote: RemoteFiles,
  target: string,
  entry: LocalEntry,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  const source = fileSource(entry, meter.part());
  const rules = { canCreate: true, canReplace: true, newMode: entry.header.mode };
  await writeFile(remote, target, source, rules, signal);
}

async function sendOneByOne(
  remote: RemoteFiles,
  target: string,
  { entries }: LocalTree,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  await withStaging(remote, target, signal, async staging => {
    const placeOf = ({ header }: LocalEntry): string => joinPath(staging, header.path);
    const ofType = (type: LocalEntry['header']['type']): readonly LocalEntry[] =>
      entries.filter(({ header }) => header.type === type);
    const folders = ofType('folder').map(placeOf);
    for (let at = 0; at < folders.length; at += pathsAtOnce)
      await remote.script(makeFoldersScript, folders.slice(at, at + pathsAtOnce), target, signal);
    await mapLimited(ofType('file'), concurrency, async entry => {
      const source = fileSource(entry, meter.part());
      await remote.write(placeOf(entry), source, target, signal);
    });
    for (const link of ofType('link'))
      await remote.script(makeLinkScript, [placeOf(link), link.header.linkTarget ?? ''], target, signal);
    return joinPath(staging, target.slice(parentPath(target).length).replace(/^\/+/, ''));
  });
}

async function askForSources({ name, path }: Destination, start: Uri | undefined): Promise<readonly Uri[]> {
  return (
    (await window.showOpenDialog({
      title: l10n.t('Upload to {0} in {1}', plainText(path), name),
      openLabel: l10n.t('Upload'),
      ...(start && { defaultUri: start }),
      canSelectFiles: true,
      canSelectFolders: true,
      canSelectMany: true,
    })) ?? []
  );
}

interface SourceReader {
  readonly name: string;
  /** @param name in the sandbox */
  readonly read: (name: string, signal: AbortSignal) => Promise<LocalTree>;
}

function readerOf(source: UploadSource): SourceReader {
  if (!(source instanceof Uri)) return { name: source.name, read: name => readDroppedFile(source, name) };
  if (source.scheme !== 'file')
    return { name: nameOf(source), read: (name, signal) => readEditorTree(source, name, signal) };
  const { fsPath } = source;
  return { name: basename(fsPath), read: (name, signal) => readLocalTree(fsPath, name, signal) };
}

/** Reads the option of callers other than the menu: `{ sources: Uri[] }`. */
function sourcesOf(options: unknown): readonly Uri[] | undefined {
  if (!isMember(options, 'sources') || !Array.isArray(options.sources)) return undefined;
  return options.sources.filter(source => source instanceof Uri);
}
