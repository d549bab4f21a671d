import { EventEmitter, l10n, type TextDocumentContentProvider, type Uri } from 'vscode';
import { onDidCloseDocument } from '../../host/editor/documents/closedDocuments';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { parseSnapshotUri } from '../../host/editor/documents/documentUris';
import type { SnapshotDocumentParts } from './snapshotPage';

/** Read-only documents about snapshots. They follow the store, and keep the last known facts once the store has forgotten a snapshot. */
export class SnapshotDocuments implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  readonly onDidChange = this.changes.event;
  private readonly opened = new Map<string, { uri: Uri; snapshot: SandboxSnapshot | undefined }>();

  constructor(private readonly parts: SnapshotDocumentParts) {
    this.disposables.add(parts.snapshots.onDidChange(() => this.refresh()));
    this.disposables.add(onDidCloseDocument(uri => this.opened.delete(uri.toString())));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { kind, snapshotId } = parseSnapshotUri(uri);
    const snapshot = this.find(snapshotId) ?? this.opened.get(uri.toString())?.snapshot;
    this.opened.set(uri.toString(), { uri, snapshot });
    if (!snapshot) return l10n.t('This snapshot is not known. Refresh the view Snapshots.');
    if (kind === 'raw') return JSON.stringify(snapshot.raw, undefined, 2);
    const { snapshotPage } = await import('./snapshotPage');
    return snapshotPage(snapshot, this.parts);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private find(id: string): SandboxSnapshot | undefined {
    return this.parts.snapshots.current.snapshots.get(id);
  }

  private refresh(): void {
    for (const { uri, snapshot } of this.opened.values()) {
      const current = this.find(parseSnapshotUri(uri).snapshotId);
      if (current && current !== snapshot) this.changes.fire(uri);
    }
  }
}
