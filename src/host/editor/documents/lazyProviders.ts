import {
  type DataTransfer,
  Disposable,
  type Event,
  EventEmitter,
  type FileChangeEvent,
  type FileStat,
  type FileSystemProvider,
  type FileType,
  type TextDocumentContentProvider,
  type TreeDragAndDropController,
  type Uri,
  workspace,
} from 'vscode';
import { loadedOnce } from '../../../core/kernel/async';
import { type DisposableLike, DisposableStore } from '../../../core/kernel/disposable';

/** A file system that can copy, and reports the changes that it makes itself. */
export type LoadedFileSystem = Required<Omit<FileSystemProvider, 'watch'>>;

/** A file system whose code is loaded when one of its files is first used. */
export class LazyFileSystem implements FileSystemProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<FileChangeEvent[]>());
  readonly onDidChangeFile = this.changes.event;
  private readonly loaded: () => Promise<LoadedFileSystem>;

  constructor(scheme: string, load: () => Promise<LoadedFileSystem>) {
    this.loaded = loadedOnce(async () => {
      const system = await load();
      this.disposables.add(system.onDidChangeFile(changes => this.changes.fire(changes)));
      return system;
    });
    this.disposables.add(workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true }));
  }

  /** Watches nothing: requests would keep the sandbox awake. */
  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  async stat(uri: Uri): Promise<FileStat> {
    return await (await this.loaded()).stat(uri);
  }

  async readDirectory(uri: Uri): Promise<[string, FileType][]> {
    return await (await this.loaded()).readDirectory(uri);
  }

  async createDirectory(uri: Uri): Promise<void> {
    await (await this.loaded()).createDirectory(uri);
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    return await (await this.loaded()).readFile(uri);
  }

  async writeFile(...args: Parameters<LoadedFileSystem['writeFile']>): Promise<void> {
    await (await this.loaded()).writeFile(...args);
  }

  async delete(...args: Parameters<LoadedFileSystem['delete']>): Promise<void> {
    await (await this.loaded()).delete(...args);
  }

  async rename(...args: Parameters<LoadedFileSystem['rename']>): Promise<void> {
    await (await this.loaded()).rename(...args);
  }

  async copy(...args: Parameters<LoadedFileSystem['copy']>): Promise<void> {
    await (await this.loaded()).copy(...args);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

/** Documents that follow what they are about. */
export interface LoadedDocuments extends DisposableLike {
  readonly onDidChange: Event<Uri>;
  provideTextDocumentContent(uri: Uri): string | Promise<string>;
}

/** Documents whose code is loaded when one of them is first opened. */
export class LazyDocuments implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  readonly onDidChange = this.changes.event;
  private readonly loaded: () => Promise<LoadedDocuments>;

  constructor(load: () => Promise<LoadedDocuments>) {
    this.loaded = loadedOnce(async () => {
      const documents = this.disposables.add(await load());
      this.disposables.add(documents.onDidChange(uri => this.changes.fire(uri)));
      return documents;
    });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    return await (await this.loaded()).provideTextDocumentContent(uri);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

/** What can be dragged out of a tree, and what happens to what is dropped on it. */
export interface LoadedDrops {
  drag(nodes: readonly unknown[], data: DataTransfer): void | Promise<void>;
  drop(node: unknown, data: DataTransfer): Promise<void>;
}

/** Drag and drop whose code is loaded when something is first dragged. */
export function lazyDrops<T>(load: () => Promise<LoadedDrops>): TreeDragAndDropController<T> {
  return {
    // `files`: what is dropped on a browser window from outside of it has no address.
    dropMimeTypes: ['text/uri-list', 'files'],
    dragMimeTypes: ['text/uri-list'],
    handleDrag: async (nodes, data) => {
      await (await load()).drag(nodes, data);
    },
    handleDrop: async (node, data) => {
      if (node !== undefined) await (await load()).drop(node, data);
    },
  };
}
