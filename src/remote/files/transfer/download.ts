import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { isMember } from '../../../core/kernel/formats/json';
import { LocalNames, safeParts } from '../model/localNames';
import { NameList } from '../model/nameList';
import { SizeGate, upToSize } from '../model/sizeGate';
import { isFolder } from '../../../core/files/remoteEntry';
import { baseName, joinPath } from '../../../core/files/remotePath';
import { readTar, type TarEntry } from '../model/tarReader';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { reportFailure } from '../../../host/editor/dialogs/messages';
import { startProgress } from '../../../host/editor/dialogs/progress';
import { UserError } from '../../../text/kit/failureText';
import { byteSize } from '../../../text/kit/units';
import { measure, withArchive } from './archives';
import { askPath } from '../askPath';
import type { Files } from '../files';
import {
  applyAttributes,
  existsLocally,
  localNameBeside,
  localRules,
  LocalWriter,
  settleLocally,
  writeBytes,
  type WriteReport,
} from './localWriter';
import { tellUnfinished, transferEach } from './outcome';
import { chosenFiles, type FileTarget } from '../tree/fileTargets';
import type { RemoteFiles } from '../remoteFiles';
import {
  callerOf,
  confirmMore,
  confirmReplacing,
  confirmSize,
  counting,
  logNames,
  showOutcome,
  TransferMeter,
  type Caller,
} from './progress';

interface Source {
  readonly sandboxId: string;
  readonly remote: RemoteFiles;
  readonly path: string;
}

/** A download and its target. */
interface Fetch extends Source {
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly localPath: string;
  /** Of a single file. */
  readonly attributes: Pick<TarEntry, 'mode' | 'modifiedAtMs'>;
  /** Whether the local name differs. */
  readonly isRenamed: boolean;
}

/** Downloads files and folders into a local folder. */
export function downloadFiles(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not download'),
    run: async (first, selected, options) => {
      const chosen = chosenFiles(app.view, [first, selected]);
      const asked =
        chosen.length > 0 ? undefined : await askPath(app, files, name => l10n.t('Download from {0}', name));
      const targets = asked ? [asked] : chosen;
      if (targets.length === 0) return;
      const folder = folderOf(options) ?? (await askForFolder(files.dialogStart));
      if (folder) await download(app, files, targets, folder, callerOf(options));
    },
  };
}

async function download(
  app: AppContext,
  files: Files,
  targets: readonly Pick<FileTarget, 'sandboxId' | 'path'>[],
  folder: string,
  { signal: outer, mayReplace }: Caller,
): Promise<void> {
  const session = await files.sessionSignal();
  const sources: Source[] = [];
  for (const { sandboxId, path } of distinct(targets)) {
    if (path === '/') throw new UserError(l10n.t('Choose a folder below the root.'));
    const remote = await files.reach(sandboxId);
    if (!remote) return;
    sources.push({ sandboxId, remote, path });
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
  const differing = new NameList();
  const flow: Flow = {
    meter: new TransferMeter(bytes, fetching),
    gate: new SizeGate(bytes, confirmMore),
    differing,
    signal: fetching.signal,
  };
  const outcome = await fetching.until(
    transferEach(fetches, async fetch => {
      reports.push(await fetchOne(fetch, flow));
    }),
  );
  const left = tellUnfinished(
    l10n.t('Could not download'),
    outcome,
    ({ path }) => baseName(path),
    items => {
      const again = download(app, files, items, folder, {});
      again.catch((error: unknown) => reportFailure(l10n.t('Could not download'), error, () => undefined));
    },
  );
  const leftOut = new NameList();
  const renamed = new NameList();
  for (const { isRenamed, path } of fetches) if (isRenamed) renamed.add(path);
  for (const report of reports) {
    leftOut.addAll(report.leftOut);
    renamed.addAll(report.renamed);
  }
  logNames(app, 'Left out of the download', leftOut);
  logNames(app, 'Renamed in the download', renamed);
  logNames(app, 'Longer or shorter than the sandbox said', differing);
  if (!left) showOutcome(l10n.t('Downloaded to {0}.', folder), leftOut.count, renamed.count, differing.count);
}

/** The home folder is below the root as well, so the same file may be selected in both places. */
function distinct<T extends Pick<FileTarget, 'sandboxId' | 'path'>>(targets: readonly T[]): readonly T[] {
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
  { sandboxId, remote, path }: Source,
  folder: string,
  names: LocalNames,
  signal: AbortSignal,
): Promise<Fetch> {
  const stat = await remote.stat(path, signal);
  const isFolderLike = stat.type === 'folder';
  const bytes = isFolderLike ? ((await measure(remote, path, signal)) ?? 0) : stat.size;
  const { parts, isChanged } = names.another(baseName(path));
  const localPath = join(folder, ...parts);
  const { mode = 0, modifiedAtMs } = stat;
  const attributes = { mode, modifiedAtMs };
  const facts = { isFolder: isFolderLike, bytes, localPath, isRenamed: isChanged };
  return { sandboxId, remote, path, attributes, ...facts };
}

/** What all parts of a download share. */
interface Flow {
  readonly meter: TransferMeter;
  readonly gate: SizeGate;
  /** Files that were longer or shorter than they were said to be. */
  readonly differing: NameList;
  readonly signal: AbortSignal;
}

/** Downloads to a temporary name beside the target, and moves it there once it is complete. */
async function fetchOne(fetch: Fetch, flow: Flow): Promise<WriteReport> {
  const { remote, path, localPath } = fetch;
  const { signal } = flow;
  const staging = localNameBeside(localPath);
  try {
    if (fetch.isFolder) {
      await mkdir(staging, { recursive: true });
      const writer = new LocalWriter(staging, bytes => flow.gate.take(bytes));
      const isPacked = await withArchive(remote, path, signal, async archivePath => {
        const bytes = await openSized(remote, archivePath, undefined, path, flow);
        for await (const entry of readTar(bytes)) await writer.write(entry, signal);
        return true;
      });
      if (isPacked !== true)
        for await (const entry of walk(remote, path, '', flow)) await writer.write(entry, signal);
      const report = await writer.finish();
      await settleLocally(staging, localPath);
      return report;
    }
    await writeBytes(staging, await openSized(remote, path, fetch.bytes, path, flow), signal);
    await applyAttributes(staging, fetch.attributes);
    await settleLocally(staging, localPath);
    return { written: 1, renamed: new NameList(), leftOut: new NameList() };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Opens a file, which ends at the size that is told of it: that of the answer, else the one before.
 *
 * @param size before it was opened. 0 tells nothing: the system's own files have it, whatever they contain
 * @param name for the log, if it has another size
 */
async function openSized(
  remote: RemoteFiles,
  path: string,
  size: number | undefined,
  name: string,
  { meter, gate, differing, signal }: Flow,
): Promise<AsyncIterable<Uint8Array>> {
  const opened = await remote.open(path, signal);
  const told = opened.size ?? (size === 0 ? undefined : size);
  return counting(
    upToSize(opened.body, told, gate, () => differing.add(name)),
    meter.part(),
  );
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
  flow: Flow,
): AsyncGenerator<Omit<TarEntry, 'size'>, void> {
  const { signal } = flow;
  const nothing = (async function* () {})();
  const common = { mode: 0o644, linkTarget: '' };
  for (const entry of await remote.list(path, signal)) {
    const below = joinPath(path, entry.name);
    const entryPath = `${prefix}${entry.name}`;
    const facts = { ...common, path: entryPath, modifiedAtMs: entry.modifiedAtMs ?? 0 };
    // What the writer leaves out is not opened: folders may lie in each other without end.
    if (entry.link !== undefined || safeParts(entryPath) === undefined)
      yield { ...facts, type: 'other', body: nothing };
    else if (isFolder(entry)) {
      yield { ...facts, type: 'folder', body: nothing };
      yield* walk(remote, below, `${entryPath}/`, flow);
    } else {
      const body = await openSized(remote, below, entry.size, below, flow);
      yield { ...facts, type: 'file', body };
    }
  }
}

async function askForFolder(start: Uri | undefined): Promise<string | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      title: l10n.t('Download to which folder?'),
      openLabel: l10n.t('Download Here'),
      ...(start && { defaultUri: start }),
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
