import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import { isMember } from '../../commands/targets';
import { LocalNames } from '../../core/localNames';
import { isFolder } from '../../core/remoteEntry';
import { baseName, joinPath } from '../../core/remotePath';
import { readTar, type TarEntry } from '../../core/tarReader';
import type { CommandHandler } from '../../host/commandRegistry';
import { UserError } from '../../host/messages';
import { withCancellableProgress } from '../../host/progress';
import { byteSize, plainText } from '../../host/words';
import { measure, withArchive } from './archives';
import type { FilesContext } from './filesContext';
import {
  existsLocally,
  localNameBeside,
  localRules,
  LocalWriter,
  settleLocally,
  writeBytes,
  type WriteReport,
} from './localWriter';
import { reachFiles } from './reachFiles';
import type { RemoteFiles } from './remoteFiles';
import { chosenFiles, type FileTarget } from './targets';
import {
  callerOf,
  confirmReplacing,
  confirmSize,
  counting,
  tellOutcome,
  TransferMeter,
  type Caller,
} from './transfer';

/** Something to fetch, and where it goes. */
interface Fetch {
  readonly remote: RemoteFiles;
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly localPath: string;
}

/** Downloads files and folders into a local folder. */
export function downloadFiles(files: FilesContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not download'),
    run: async (first, selected, options) => {
      const targets = chosenFiles(files, [first, selected]);
      if (targets.length === 0)
        throw new UserError(l10n.t('Select files or folders in the Sandboxes view first.'));
      const folder = folderOf(options) ?? (await askForFolder());
      if (folder) await download(files, targets, folder, callerOf(options));
    },
  };
}

async function download(
  files: FilesContext,
  targets: readonly FileTarget[],
  folder: string,
  { signal: outer, mayReplace }: Caller,
): Promise<void> {
  const session = await files.sessionSignal();
  const names = new LocalNames(localRules());
  const fetches: Fetch[] = [];
  for (const target of targets) {
    if (target.path === '/') throw new UserError(l10n.t('Choose a folder below the root.'));
    const remote = await reachFiles(files, target.sandboxId);
    if (!remote) return;
    fetches.push(await prepare(remote, target.path, folder, names, session));
  }
  const existing: string[] = [];
  for (const { path, localPath } of fetches)
    if (await existsLocally(localPath)) existing.push(baseName(path));
  if (mayReplace !== true && !(await confirmReplacing(existing, folder))) return;
  const bytes = fetches.reduce((sum, fetch) => sum + fetch.bytes, 0);
  if (!(await confirmSize(bytes, l10n.t('Download {0}?', byteSize(bytes)), l10n.t('Download')))) return;
  const reports: WriteReport[] = [];
  await withCancellableProgress(l10n.t('Downloading…'), async (cancelled, report) => {
    const signal = AbortSignal.any([cancelled, session, ...(outer ? [outer] : [])]);
    const meter = new TransferMeter(bytes, report);
    for (const fetch of fetches) reports.push(await fetchOne(fetch, meter, signal));
  });
  const leftOut = reports.flatMap(report => report.leftOut);
  const renamed = reports.flatMap(report => report.renamed);
  for (const path of leftOut) files.context.log.warn(`Left out of the download: ${plainText(path)}`);
  for (const path of renamed) files.context.log.info(`Renamed in the download: ${plainText(path)}`);
  tellOutcome(l10n.t('Downloaded to {0}.', folder), leftOut.length, renamed.length);
}

async function prepare(
  remote: RemoteFiles,
  path: string,
  folder: string,
  names: LocalNames,
  signal: AbortSignal,
): Promise<Fetch> {
  const stat = await remote.stat(path, signal);
  const isFolderLike = stat.type === 'folder';
  const bytes = isFolderLike ? ((await measure(remote, path, signal)) ?? 0) : stat.size;
  const localPath = join(folder, ...names.place([baseName(path)]).parts);
  return { remote, path, isFolder: isFolderLike, bytes, localPath };
}

/** Fetches to a name beside the place, and settles there when everything has come. */
async function fetchOne(fetch: Fetch, meter: TransferMeter, signal: AbortSignal): Promise<WriteReport> {
  const { remote, path, localPath } = fetch;
  const staging = localNameBeside(localPath);
  try {
    if (fetch.isFolder) {
      await mkdir(staging, { recursive: true });
      const writer = new LocalWriter(staging);
      const isPacked = await withArchive(remote, path, signal, async archivePath => {
        const { body } = await remote.about(path, () => remote.client.files.open(archivePath, signal));
        for await (const entry of readTar(counting(body, meter.part()))) await writer.write(entry, signal);
        return true;
      });
      if (isPacked !== true)
        for await (const entry of walk(remote, path, baseName(path), meter, signal))
          await writer.write(entry, signal);
      const report = await writer.finish();
      const [top = ''] = new LocalNames(localRules()).place([baseName(path)]).parts;
      await settleLocally(join(staging, top), localPath);
      return report;
    }
    const { body } = await remote.about(path, () => remote.client.files.open(path, signal));
    await writeBytes(staging, counting(body, meter.part()), signal);
    await settleLocally(staging, localPath);
    return { written: 1, renamed: [], leftOut: [] };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The entries of a folder one by one, as an archive would have them. Where there is no tar. */
async function* walk(
  remote: RemoteFiles,
  path: string,
  name: string,
  meter: TransferMeter,
  signal: AbortSignal,
): AsyncGenerator<Omit<TarEntry, 'size'>, void> {
  const nothing = (async function* () {})();
  const common = { mode: 0o644, linkTarget: '' };
  yield { ...common, path: name, type: 'folder', modifiedAtMs: 0, body: nothing };
  for (const entry of await remote.list(path, signal)) {
    const below = joinPath(path, entry.name);
    const entryName = `${name}/${entry.name}`;
    const facts = { ...common, path: entryName, modifiedAtMs: entry.modifiedAtMs ?? 0 };
    if (entry.link !== undefined) yield { ...facts, type: 'other', body: nothing };
    else if (isFolder(entry)) yield* walk(remote, below, entryName, meter, signal);
    else {
      const { body } = await remote.about(below, () => remote.client.files.open(below, signal));
      yield { ...facts, type: 'file', body: counting(body, meter.part()) };
    }
  }
}

async function askForFolder(): Promise<string | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      title: l10n.t('Download to which folder?'),
      openLabel: l10n.t('Download Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder && localFolder(folder);
}

function localFolder(uri: Uri): string {
  if (uri.scheme !== 'file') throw new UserError(l10n.t('Choose a folder of this machine.'));
  return uri.fsPath;
}

/** What callers other than the menu say beforehand: `{ folder: Uri }`. */
function folderOf(options: unknown): string | undefined {
  return isMember(options, 'folder') && options.folder instanceof Uri
    ? localFolder(options.folder)
    : undefined;
}
