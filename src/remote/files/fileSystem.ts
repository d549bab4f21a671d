import { createHash } from 'node:crypto';
import {
  EventEmitter,
  FileChangeType,
  FileSystemError,
  FileType,
  l10n,
  workspace,
  type FileChangeEvent,
  type FileStat,
  type Memento,
  type Uri,
} from 'vscode';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { FileProblem } from '../../core/files/fileProblem';
import { isFolder, type LinkTarget, type RemoteStat } from '../../core/files/remoteEntry';
import { baseName } from '../../core/files/remotePath';
import { systemClock } from '../../host/editor/clock';
import { addressPath, fileUri, parseFileUri } from '../../host/editor/documents/documentUris';
import type { LoadedFileSystem } from '../../host/editor/documents/lazyProviders';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { errorText } from '../../text/kit/failureText';
import { notificationText } from '../../text/kit/surfaces';
import { fileScheme } from '../../manifest';
import { plainText } from '../../text/kit/plainText';
import { copy, makeFolder, move, remove, writeFile, type FileChange } from './fileChanges';
import { FileError } from './fileError';
import type { Files } from './files';
import type { RemoteFiles } from './remoteFiles';
import type { Renames } from './editors/renames';
import type { RemoteParts, RemoteServices } from '../services';
import { SandboxDecorations } from './tree/decorations';
import { StaleEditors } from './editors/staleEditors';
import { SeenFiles, type Seen } from './model/seenFiles';
import type { WorkspaceConsent } from './workspaceConsent';

/** VS Code holds several copies of a file in memory. */
const longestFile = 256 * 1024 * 1024;
/** How much a file may have grown since its size was read; the system's own files have content at a size of 0. */
const longestGrowth = 16 * 1024 * 1024;

/** How long after a save VS Code asks for its result. */
const justNowMs = 2_000;

/** A file of a running sandbox. */
interface Place {
  readonly files: RemoteFiles;
  readonly sandboxId: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

/**
 * The files of sandboxes as a VS Code file system. Nothing here resumes a sandbox, because VS Code reads files without
 * an action of the user.
 */
export class SandboxFileSystem implements LoadedFileSystem, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly events = this.disposables.add(new EventEmitter<FileChangeEvent[]>());
  readonly onDidChangeFile = this.events.event;
  private readonly stats = new Map<string, RemoteStat>();
  private readonly seen: SeenFiles;
  /** Files that were read or written in this window. */
  private readonly used = new Set<string>();
  private readonly written = new Map<string, { readonly stat: RemoteStat; readonly atMs: number }>();

  constructor(
    private readonly files: Files,
    private readonly consent: WorkspaceConsent,
    private readonly renames: Renames,
    memento: Memento,
  ) {
    this.seen = new SeenFiles(memento);
    this.disposables.add(files.changes.event(changes => this.tell(changes)));
    this.disposables.add(
      workspace.onDidChangeTextDocument(({ document: { isDirty, uri } }) => {
        if (isDirty && uri.scheme === fileScheme) this.seen.hasUnsaved(uri.toString());
      }),
    );
  }

  /** The state in which a file was last read or written in this window. */
  knownStat(uri: Uri): Seen['stat'] | undefined {
    return this.used.has(uri.toString()) ? this.seen.get(uri.toString())?.stat : undefined;
  }

  /** Tells the editor of changes. */
  tell(changes: readonly FileChange[]): void {
    this.events.fire(changes.map(eventOf));
  }

  /** Disposes `item` with the file system. */
  own(item: DisposableLike): void {
    this.disposables.add(item);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  async stat(uri: Uri): Promise<FileStat> {
    return await this.at(uri, async place => {
      const key = uri.toString();
      const stat = this.takeWritten(key) ?? (await place.files.stat(place.path, place.signal));
      this.stats.set(key, stat);
      return {
        type: fileType(stat.type === 'folder', stat.type !== 'other', stat.link),
        ctime: 0,
        mtime: stat.modifiedAtMs,
        size: stat.size,
      };
    });
  }

  async readDirectory(uri: Uri): Promise<[string, FileType][]> {
    return await this.at(uri, async ({ files, path, signal }) =>
      (await files.list(path, signal)).map(entry => [
        addressPath(entry.name),
        fileType(isFolder(entry), true, entry.link),
      ]),
    );
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    return await this.at(uri, async ({ files, path, signal }) => {
      // The stat comes before the read; otherwise a change between the two would go unnoticed on the next save.
      const key = uri.toString();
      const stat = this.stats.get(key) ?? (await files.stat(path, signal));
      this.stats.delete(key);
      const content = await files.read(path, signal, mostOf(stat));
      this.seen.set(key, { stat, digest: digestOf(content) });
      this.used.add(key);
      return content;
    });
  }

  async writeFile(
    uri: Uri,
    content: Uint8Array,
    options: { readonly create: boolean; readonly overwrite: boolean },
  ): Promise<void> {
    await this.at(uri, async place => {
      const { files, path, sandboxId, signal } = place;
      const key = uri.toString();
      const seen = this.seen.get(key);
      const knownStat = this.stats.get(key);
      const stat = await writeFile(
        files,
        path,
        content,
        {
          canCreate: options.create,
          canReplace: options.overwrite,
          ...(seen && { expected: seen.stat }),
          mayOverwrite: async found =>
            seen === undefined || (await this.mayOverwrite(place, seen, knownStat, found)),
        },
        signal,
      );
      this.forget(uri);
      if (stat) {
        this.used.add(key);
        this.seen.set(key, { stat, digest: digestOf(content) });
        this.written.set(key, { stat, atMs: systemClock.elapsed() });
      }
      this.files.changed(sandboxId, seen ? 'changed' : 'created', path);
    });
  }

  async createDirectory(uri: Uri): Promise<void> {
    await this.at(uri, async ({ files, path, sandboxId, signal }) => {
      await makeFolder(files, path, signal);
      this.files.changed(sandboxId, 'created', path);
    });
  }

  async delete(uri: Uri, options: { readonly recursive: boolean }): Promise<void> {
    await this.at(uri, async ({ files, path, sandboxId, signal }) => {
      await remove(files, path, options.recursive, signal);
      this.forget(uri);
      this.files.changed(sandboxId, 'deleted', path);
    });
  }

  async rename(from: Uri, to: Uri, options: { readonly overwrite: boolean }): Promise<void> {
    await this.between(from, to, async ({ files, path, sandboxId, signal }, target) => {
      await move(files, path, target, options.overwrite, signal);
      this.forget(to);
      this.seen.carry(from.toString(), to.toString());
      this.forget(from);
      this.files.changed(sandboxId, 'deleted', path);
      this.files.changed(sandboxId, 'created', target);
    });
  }

  async copy(from: Uri, to: Uri, options: { readonly overwrite: boolean }): Promise<void> {
    await this.between(from, to, async ({ files, path, sandboxId, signal }, target) => {
      await copy(files, path, target, options.overwrite, signal);
      this.forget(to);
      this.files.changed(sandboxId, 'created', target);
    });
  }

  /**
   * Whether a file that differs from what was last read here may be replaced. VS Code calls `stat` before it saves, and
   * asks the user itself when the file is then newer and of another size. This covers the changes it does not detect,
   * and those made after its `stat`.
   *
   * @param knownStat the last result of `stat`
   */
  private async mayOverwrite(
    { files, path, sandboxId, signal }: Place,
    { stat, digest }: Seen,
    knownStat: RemoteStat | undefined,
    found: RemoteStat,
  ): Promise<boolean> {
    const didAsk = found.modifiedAtMs > stat.modifiedAtMs && found.size !== stat.size;
    if (didAsk && knownStat?.modifiedAtMs === found.modifiedAtMs && knownStat.size === found.size)
      return true;
    if (found.size === stat.size && digestOf(await files.read(path, signal, mostOf(found))) === digest)
      return true;
    return await confirmModal(
      l10n.t(
        '{0} was changed in {1} since it was opened. Overwrite it?',
        plainText(baseName(path)),
        this.files.nameOf(sandboxId),
      ),
      l10n.t('What was written there meanwhile is lost.'),
      l10n.t('Overwrite'),
    );
  }

  /**
   * The state of a file right after it was written here. VS Code calls `stat` after each save and attributes the result
   * to that save, so a later change by another program must not be included.
   */
  private takeWritten(key: string): RemoteStat | undefined {
    const written = this.written.get(key);
    this.written.delete(key);
    return written && systemClock.elapsed() - written.atMs < justNowMs ? written.stat : undefined;
  }

  private forget(uri: Uri): void {
    this.written.delete(uri.toString());
    this.seen.delete(uri.toString());
    this.stats.delete(uri.toString());
  }

  private async between(
    from: Uri,
    to: Uri,
    task: (place: Place, target: string) => Promise<void>,
  ): Promise<void> {
    await this.at(from, async place => {
      const target = parseFileUri(to);
      if (target?.sandboxId !== place.sandboxId)
        throw FileSystemError.Unavailable(l10n.t('That is another sandbox.'));
      await this.consent.require(to);
      await task(place, target.path);
    });
  }

  private async at<T>(uri: Uri, task: (place: Place) => Promise<T>): Promise<T> {
    const parsed = parseFileUri(uri);
    if (!parsed) throw FileSystemError.FileNotFound(notificationText(uri.toString()));
    try {
      await this.consent.require(uri);
      const files = await this.files.running(parsed.sandboxId);
      return await task({ ...parsed, files, signal: await this.files.sessionSignal() });
    } catch (error) {
      this.renames.failed(uri, error);
      throw fileSystemErrorOf(error);
    }
  }
}

/** The file system, and what the editor shows with its files. */
export function openFileSystem(
  { app, storage }: Pick<RemoteParts, 'app' | 'storage'>,
  { files, consent, renames }: Pick<RemoteServices, 'files' | 'consent' | 'renames'>,
): SandboxFileSystem {
  const system = new SandboxFileSystem(files, consent, renames, storage.workspace);
  system.own(
    new StaleEditors({
      files,
      clock: app.clock,
      knownOf: uri => system.knownStat(uri),
      tell: changes => system.tell(changes),
    }),
  );
  system.own(new SandboxDecorations(app.store, id => files.nameOf(id)));
  return system;
}

/** How much of a file is read: a sandbox can send more than it said. */
function mostOf({ size }: RemoteStat): number {
  return Math.min(longestFile, size + longestGrowth);
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}

function fileType(isFolderLike: boolean, isKnown: boolean, link: LinkTarget | undefined): FileType {
  const type = isFolderLike ? FileType.Directory : isKnown ? FileType.File : FileType.Unknown;
  // The declaration in VS Code calls this bit mask an enum.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
  return link === undefined ? type : type | FileType.SymbolicLink;
}

function eventOf({ sandboxId, path, kind }: FileChange): FileChangeEvent {
  return { type: eventTypes[kind], uri: fileUri(sandboxId, path) };
}

const eventTypes: Readonly<Record<FileChange['kind'], FileChangeType>> = {
  created: FileChangeType.Created,
  changed: FileChangeType.Changed,
  deleted: FileChangeType.Deleted,
};

type ErrorMaker = (message: string) => FileSystemError;

const makers: Readonly<Partial<Record<FileProblem, ErrorMaker>>> = {
  notFound: message => FileSystemError.FileNotFound(message),
  exists: message => FileSystemError.FileExists(message),
  noPermission: message => FileSystemError.NoPermissions(message),
  readOnly: message => FileSystemError.NoPermissions(message),
  isFolder: message => FileSystemError.FileIsADirectory(message),
  notFolder: message => FileSystemError.FileNotADirectory(message),
};

/** The equivalent error of VS Code. */
function fileSystemErrorOf(error: unknown): FileSystemError {
  if (error instanceof FileSystemError) return error;
  const make = FileError.is(error) ? makers[error.problem] : undefined;
  return (make ?? (message => FileSystemError.Unavailable(message)))(notificationText(errorText(error)));
}
