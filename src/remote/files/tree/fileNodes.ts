import { EventEmitter, l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import type { ChildNode, ChildSection } from '../../../app/nodes/childNodes';
import { isFolder, type RemoteEntry, sortEntries } from '../../../core/files/remoteEntry';
import { baseName, isWithin, joinPath, parentPath } from '../../../core/files/remotePath';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';
import type { EventLike } from '../../../core/kernel/event';
import { uniqueBy } from '../../../core/kernel/unique';
import { isCapableOf } from '../../../core/sandbox/capabilities';
import type { Sandbox } from '../../../core/sandbox/sandbox';
import { fileUri } from '../../../host/editor/documents/documentUris';
import { remoteCommandIds } from '../../../manifest';
import { errorText, isCancellation } from '../../../text/kit/failureText';
import { plainText } from '../../../text/kit/plainText';
import { byteSize, dateAndTime } from '../../../text/kit/units';
import { tabLabel } from '../../../text/files';
import type { FileChange } from '../fileChanges';
import type { RemoteFiles } from '../remoteFiles';

/** What the nodes use of the files of sandboxes. */
export interface BrowsedFiles {
  /** @throws FileError of `unavailable` when the sandbox does not run */
  running(sandboxId: string): Promise<RemoteFiles>;
  /** The name of a sandbox, by its id. */
  nameOf(sandboxId: string): string;
  /** Aborted when the session ends. */
  sessionSignal(): Promise<AbortSignal>;
  readonly changes: { readonly event: EventLike<readonly FileChange[]> };
  /** Fires with nodes that must be read again. */
  readonly refreshes: { readonly event: EventLike<ChildNode> };
}

/** A file or folder below a sandbox. Reads its folder once, and again after a change. */
export class FileNode implements ChildNode {
  readonly kind = 'child';
  readonly keyKind = 'file';
  readonly keys = {
    rename: remoteCommandIds.renameFile,
    delete: remoteCommandIds.deleteFiles,
    copy: remoteCommandIds.copyFilePath,
  } as const;
  private listing: Promise<readonly ChildNode[]> | undefined;
  private known = new Map<string, FileNode>();

  constructor(
    private readonly files: BrowsedFiles,
    readonly sandboxId: string,
    readonly parent: ChildNode,
    readonly path: string,
    public entry: RemoteEntry,
    /** Whether this is one of the top folders of the tree, which cannot be renamed or deleted. */
    readonly isRoot = false,
  ) {}

  get isFolder(): boolean {
    return isFolder(this.entry);
  }

  /** Unique below the sandbox: what is in the home folder stands in the tree twice, below it and below the root. */
  get id(): string {
    return `${this.top === '/' ? 'file' : 'home'}:${this.path}`;
  }

  /** The path of the top folder that it stands below. */
  private get top(): string {
    return this.parent instanceof FileNode ? this.parent.top : this.path;
  }

  item(): TreeItem {
    const label = plainText(this.isRoot ? this.path : this.entry.name);
    const item = new TreeItem(
      label,
      this.isFolder ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
    );
    const uri = fileUri(this.sandboxId, this.path);
    item.id = this.id;
    item.resourceUri = uri;
    item.iconPath = this.icon();
    item.contextValue = this.tokens().join(' ');
    item.tooltip = this.tooltip();
    const { link } = this.entry;
    if (link !== undefined) item.description = link === 'nowhere' ? l10n.t('broken link') : l10n.t('link');
    item.accessibilityInformation = { label: [label, this.kindWord(), ...this.facts()].join(', ') };
    const tab = tabLabel(this.path, this.files.nameOf(this.sandboxId));
    // VS Code's own command distinguishes the click: a single one leaves the focus in the tree, a double one pins the
    // tab. It takes the label only where it is given options.
    if (!this.isFolder)
      item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [uri, {}, tab] };
    return item;
  }

  async children(): Promise<readonly ChildNode[]> {
    this.listing ??= this.read();
    return await this.listing;
  }

  /** Whether its folder was read. */
  get isRead(): boolean {
    return this.listing !== undefined;
  }

  /** Discards its children and those of the folders below. */
  forget(): void {
    this.listing = undefined;
    for (const node of this.known.values()) node.forget();
  }

  /** The deepest loaded node that is `path` or a folder around it. */
  nearest(path: string): FileNode | undefined {
    if (!isWithin(path, this.path)) return undefined;
    for (const node of this.known.values()) {
      const found = node.nearest(path);
      if (found) return found;
    }
    return this;
  }

  private async read(): Promise<readonly ChildNode[]> {
    try {
      const files = await this.files.running(this.sandboxId);
      const entries = await files.list(this.path, await this.files.sessionSignal());
      const before = this.known;
      const nodes = sortEntries(uniqueBy(entries, ({ name }) => name)).map(entry =>
        this.nodeFor(entry, before.get(entry.name)),
      );
      this.known = new Map(nodes.map(node => [node.entry.name, node]));
      return nodes;
    } catch (error) {
      // Cleared so that the next expansion tries again.
      if (isCancellation(error)) this.listing = undefined;
      return [new TroubleNode(this.sandboxId, this, errorText(error))];
    }
  }

  private nodeFor(entry: RemoteEntry, before: FileNode | undefined): FileNode {
    if (before?.isFolder === isFolder(entry)) {
      before.entry = entry;
      return before;
    }
    return new FileNode(this.files, this.sandboxId, this, joinPath(this.path, entry.name), entry);
  }

  private icon(): ThemeIcon {
    if (this.entry.link !== undefined)
      return new ThemeIcon(this.isFolder ? 'file-symlink-directory' : 'file-symlink-file');
    return this.isFolder ? ThemeIcon.Folder : ThemeIcon.File;
  }

  /** Tokens for the `when` clauses of menus. They must differ from those of sandbox rows, which share the view. */
  private tokens(): readonly string[] {
    if (this.isRoot) return ['remoteFolder', 'remoteRoot'];
    return [this.isFolder ? 'remoteFolder' : 'remoteFile', 'remoteEntry'];
  }

  private kindWord(): string {
    const { link } = this.entry;
    if (link === 'nowhere') return l10n.t('broken link');
    if (link !== undefined) return this.isFolder ? l10n.t('link to a folder') : l10n.t('link to a file');
    return this.isFolder ? l10n.t('folder') : l10n.t('file');
  }

  private facts(): readonly string[] {
    const { size, modifiedAtMs, link } = this.entry;
    return [
      size === undefined || link !== undefined ? undefined : byteSize(size),
      modifiedAtMs === undefined ? undefined : l10n.t('changed {0}', dateAndTime(modifiedAtMs)),
    ].filter(fact => fact !== undefined);
  }

  private tooltip(): string {
    return [plainText(this.path, 1000), [this.kindWord(), ...this.facts()].join(' · ')].join('\n');
  }
}

/** Explains why the children could not be read. */
class TroubleNode implements ChildNode {
  readonly kind = 'child';

  constructor(
    readonly sandboxId: string,
    readonly parent: FileNode | FilesRoot,
    private readonly reason: string,
  ) {}

  item(): TreeItem {
    const item = new TreeItem(this.reason, TreeItemCollapsibleState.None);
    item.id = `trouble:${this.parent.id}`;
    item.iconPath = new ThemeIcon('warning');
    item.tooltip = this.reason;
    item.contextValue = 'remoteTrouble';
    item.command = {
      command: remoteCommandIds.refreshFiles,
      title: l10n.t('Try Again'),
      arguments: [this.parent],
    };
    return item;
  }

  children(): readonly ChildNode[] {
    return [];
  }
}

/** The node Files of a sandbox, with its home folder and its root. */
export class FilesRoot implements ChildNode {
  readonly kind = 'child';
  readonly id = 'files';
  readonly parent = undefined;
  private opening: Promise<readonly ChildNode[]> | undefined;
  private roots: readonly FileNode[] = [];

  constructor(
    private readonly files: BrowsedFiles,
    readonly sandboxId: string,
  ) {}

  item(): TreeItem {
    const item = new TreeItem(l10n.t('Files'), TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new ThemeIcon('files');
    item.contextValue = 'remoteFiles';
    return item;
  }

  async children(): Promise<readonly ChildNode[]> {
    this.opening ??= this.open();
    return await this.opening;
  }

  forget(): void {
    this.opening = undefined;
    for (const root of this.roots) root.forget();
  }

  /** The nodes whose contents change when `path` does. */
  around(path: string): readonly FileNode[] {
    return this.roots.map(root => root.nearest(path)).filter(node => node !== undefined);
  }

  private async open(): Promise<readonly ChildNode[]> {
    try {
      const files = await this.files.running(this.sandboxId);
      const home = await files.home(await this.files.sessionSignal());
      const paths = home === undefined || home === '/' ? ['/'] : [home, '/'];
      this.roots = paths.map(path => this.rootAt(path));
      return this.roots;
    } catch (error) {
      if (isCancellation(error)) this.opening = undefined;
      return [new TroubleNode(this.sandboxId, this, errorText(error))];
    }
  }

  private rootAt(path: string): FileNode {
    const before = this.roots.find(root => root.path === path);
    const entry = { name: baseName(path), isDirectory: true };
    return before ?? new FileNode(this.files, this.sandboxId, this, path, entry, true);
  }
}

/** The nodes Files below sandboxes. Reads a folder when it is expanded, and again on a refresh or a change. */
export class FilesSection implements ChildSection, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<ChildNode>());
  readonly onDidChange = this.changes.event;
  private readonly roots = new Map<string, FilesRoot>();

  constructor(
    { store }: Pick<AppContext, 'store'>,
    private readonly files: BrowsedFiles,
  ) {
    this.disposables.add(files.changes.event(changes => this.follow(changes)));
    this.disposables.add(files.refreshes.event(node => this.refresh(node)));
    this.disposables.add(
      store.onDidChange(({ current }) => {
        for (const id of this.roots.keys()) {
          const row = current.rows.get(id);
          if (!row || !isCapableOf(row.sandbox, ['canConnect', 'canWake'])) this.roots.delete(id);
        }
      }),
    );
  }

  nodesOf({ id }: Sandbox): readonly ChildNode[] {
    return [this.rootOf(id)];
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private rootOf(sandboxId: string): FilesRoot {
    const known = this.roots.get(sandboxId);
    if (known) return known;
    const made = new FilesRoot(this.files, sandboxId);
    this.roots.set(sandboxId, made);
    return made;
  }

  private refresh(node: ChildNode): void {
    if (node instanceof FileNode || node instanceof FilesRoot) node.forget();
    this.changes.fire(node);
  }

  private follow(changes: readonly FileChange[]): void {
    const stale = new Set<FileNode>();
    for (const { sandboxId, path } of changes)
      for (const node of this.roots.get(sandboxId)?.around(parentPath(path)) ?? [])
        if (node.isRead) stale.add(node);
    for (const node of stale) this.refresh(node);
  }
}
