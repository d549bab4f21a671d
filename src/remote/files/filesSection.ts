import { EventEmitter, type Event } from 'vscode';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { parentPath } from '../../core/files/remotePath';
import type { ChildNode, ChildSection } from '../../app/childNodes';
import type { FileChange, FilesContext } from './files';
import { FilesRoot, type FileNode } from './fileNodes';

/** The lines Files below sandboxes. Looks into a folder when it is unfolded, and again when asked to or told of a change. */
export class FilesSection implements ChildSection {
  private readonly changes: EventEmitter<ChildNode>;
  readonly onDidChange: Event<ChildNode>;
  private readonly roots = new Map<string, FilesRoot>();

  constructor(private readonly files: FilesContext) {
    const { own, store } = files.context;
    this.changes = own(new EventEmitter());
    this.onDidChange = this.changes.event;
    files.changes.event(changes => this.follow(changes));
    files.refreshes.event(node => this.refresh(node));
    own(
      store.onDidChange(({ current }) => {
        for (const id of this.roots.keys()) {
          const row = current.rows.get(id);
          if (!row || !isCapableOf(row.sandbox, ['canConnect', 'canWake'])) this.roots.delete(id);
        }
      }),
    );
  }

  rowsOf({ id }: Sandbox): readonly ChildNode[] {
    return [this.rootOf(id)];
  }

  private rootOf(sandboxId: string): FilesRoot {
    const known = this.roots.get(sandboxId);
    if (known) return known;
    const made = new FilesRoot(this.files, sandboxId);
    this.roots.set(sandboxId, made);
    return made;
  }

  private refresh(node: FileNode | FilesRoot): void {
    node.forget();
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
