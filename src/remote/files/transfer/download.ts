import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { isMember } from '../../../core/kernel/json';
import { LocalNames } from '../model/localNames';
import { isFolder } from '../../../core/files/remoteEntry';
import { baseName, joinPath } from '../../../core/files/remotePath';
import { readTar, type TarEntry } from '../model/tarReader';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { startProgress } from '../../../host/editor/progress';
import { UserError } from '../../../text/kit/failureText';
import { byteSize } from '../../../text/kit/units';
import { plainText } from '../../../text/kit/plainText';
import { measure, withArchive } from './archives';
import type { Files } from '../files';
import {
  existsLocally,
  localNameBeside,
  localRules,
  LocalWriter,
  settleLocally,
  writeBytes,
  type WriteReport,
} from './localWriter';
import { chosenFiles, type FileTarget } from '../fileTargets';
import type { RemoteFiles } from '../remoteFiles';
import {
  callerOf,
  confirmReplacing,
  confirmSize,
  counting,
  showOutcome,
  TransferMeter,
  type Caller,
} from './progress';

interface Source {
  readonly remote: RemoteFiles;
  readonly path: string;
}

/** A download and its target. */
interface Fetch extends Source {
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly localPath: string;
  /** Whether the local name differs. */
  readonly isRenamed: boolean;
}

/** Downloads files and folders into a local folder. */
export function downloadFiles(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not download'),
    run: async (first, selected, options) => {
      const targets = chosenFiles(app.view, [first, selected]);
      if (targets.length === 0)
        throw new UserError(l10n.t('Select files or folders in the Sandboxes view first.'));
      const folder = folderOf(options) ?? (await askForFolder());
      if (folder) await download(app, files, targets, folder, callerOf(options));
    },
  };
}

async function download(
  app: AppContext,
  files: Files,
  targets: readonly FileTarget[],
  folder: string,
  { signal: outer, mayReplace }: Caller,
): Promise<void> {
  const session = await files.sessionSignal();
  const sources: Source[] = [];
  for (const { sandboxId, path } of distinct(targets)) {
    if (path === '/') throw new UserError(l10n.t('Choose a folder below the root.'));
    const remote = await files.reach(sandboxId);
    if (!remote) return;
    sources.push({ remote, path });
  }
  const preparing = startProgress(l10n.t('Preparing the download…'), outer, session);
  const fetches = await preparing.until(prepareAll(sources, folder, preparing.signal));
  const existing: string[] = [];
  for (const { localPath } of fetches) if (await existsLocally(localPath)) existing.push(basename(localPath));
  if (mayReplace !== true && !(await confirmReplacing(existing, folder))) return;
  const bytes = fetches.reduce((sum, fetch) => sum + fetch.bytes, 0);
  if (!(await confirmSize(bytes, l10n.t('Download {0}?', byteSize(bytes)), l10n.t('Download')))) return;
  const reports: WriteReport[] = [];
  const fetching = startProgress(l10n.t('Downloading…'), outer, session);
  const meter = new TransferMeter(bytes, fetching);
  try {
    for (const fetch of fetches) reports.push(await fetchOne(fetch, meter, fetching.signal));
  } finally {
    fetching.done();
  }
  const leftOut = reports.flatMap(report => report.leftOut);
  const renamed = [
    ...fetches.flatMap(({ isRenamed, path }) => (isRenamed ? [path] : [])),
    ...reports.flatMap(report => report.renamed),
  ];
  for (const path of leftOut) app.log.warn(`Left out of the download: ${plainText(path)}`);
  for (const path of renamed) app.log.info(`Renamed in the download: ${plainText(path)}`);
  showOutcome(l10n.t('Downloaded to {0}.', folder), leftOut.length, renamed.length);
}

/** The home folder is below the root as well, so the same file may be selected in both places. */
function distinct(targets: readonly FileTarget[]): readonly FileTarget[] {
  return [...new Map(targets.map(target => [`${target.sandboxId}${target.path}`, target])).values()];
}

async function prepareAll(
  sources: readonly Source[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly Fetch[]> {
  const names = new LocalNames(localRules());
  const prepared: Fetch[] = [];
  for (const source of sources) prepared.push(await prepare(source, folder, names, signal));
  return prepared;
}

async function prepare(
  { remote, path }: Source,
  folder: string,
  names: LocalNames,
  signal: AbortSignal,
): Promise<Fetch> {
  const stat = await remote.stat(path, signal);
  const isFolderLike = stat.type === 'folder';
  const bytes = isFolderLike ? ((await measure(remote, path, signal)) ?? 0) : stat.size;
  const { parts, isChanged } = names.another(baseName(path));
  const localPath = join(folder, ...parts);
  return { remote, path, isFolder: isFolderLike, bytes, localPath, isRenamed: isChanged };
}

/** Downloads to a temporary name beside the target, and moves it there once it is complete. */
async function fetchOne(fetch: Fetch, meter: TransferMeter, signal: AbortSignal): Promise<WriteReport> {
  const { remote, path, localPath } = fetch;
  const staging = localNameBeside(localPath);
  try {
    if (fetch.isFolder) {
      await mkdir(staging, { recursive: true });
      const writer = new LocalWriter(staging);
      const isPacked = await withArchive(remote, path, signal, async archivePath => {
        const { body } = await remote.open(archivePath, signal);
        for await (const entry of readTar(counting(body, meter.part()))) await writer.write(entry, signal);
        return true;
      });
      if (isPacked !== true)
        for await (const entry of walk(remote, path, '', meter, signal)) await writer.write(entry, signal);
      const report = await writer.finish();
      await settleLocally(staging, localPath);
      return report;
    }
    const { body } = await remote.open(path, signal);
    await writeBytes(staging, counting(body, meter.part()), signal);
    await settleLocally(staging, localPath);
    return { written: 1, renamed: [], leftOut: [] };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * The contents of a folder one by one, as entries of an archive, for sandboxes without tar.
 *
 * @param prefix of the paths
 */
async function* walk(
  remote: RemoteFiles,
  path: string,
  prefix: string,
  meter: TransferMeter,
  signal: AbortSignal,
): AsyncGenerator<Omit<TarEntry, 'size'>, void> {
  const nothing = (async function* () {})();
  const common = { mode: 0o644, linkTarget: '' };
  for (const entry of await remote.list(path, signal)) {
    const below = joinPath(path, entry.name);
    const entryPath = `${prefix}${entry.name}`;
    const facts = { ...common, path: entryPath, modifiedAtMs: entry.modifiedAtMs ?? 0 };
    if (entry.link !== undefined) yield { ...facts, type: 'other', body: nothing };
    else if (isFolder(entry)) {
      yield { ...facts, type: 'folder', body: nothing };
      yield* walk(remote, below, `${entryPath}/`, meter, signal);
    } else {
      const { body } = await remote.open(below, signal);
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

/** Reads the option of callers other than the menu: `{ folder: Uri }`. */
function folderOf(options: unknown): string | undefined {
  return isMember(options, 'folder') && options.folder instanceof Uri
    ? localFolder(options.folder)
    : undefined;
}
