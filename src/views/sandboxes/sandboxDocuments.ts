import { EventEmitter, l10n, type TextDocumentContentProvider, type Uri } from 'vscode';
import { onDidCloseDocument } from '../../host/editor/documents/closedDocuments';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { PanelSnapshot, SandboxStore } from '../../core/list/store';
import { sandboxIdOfUri } from '../../host/editor/documents/documentUris';

/** Read-only documents that show sandboxes as the service sent them. They follow the store, and keep the last known facts once the store has forgotten a sandbox. */
export class SandboxDocuments implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  readonly onDidChange = this.changes.event;
  private readonly opened = new Map<string, { uri: Uri; sandbox: Sandbox }>();

  constructor(private readonly store: SandboxStore) {
    this.disposables.add(store.onDidChange(() => this.refresh()));
    this.disposables.add(onDidCloseDocument(uri => this.opened.delete(uri.toString())));
  }

  provideTextDocumentContent(uri: Uri): string {
    const sandbox = find(this.store.current, sandboxIdOfUri(uri)) ?? this.opened.get(uri.toString())?.sandbox;
    if (!sandbox) return l10n.t('This sandbox is not known any more.');
    this.opened.set(uri.toString(), { uri, sandbox });
    return JSON.stringify(sandbox.raw, undefined, 2);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private refresh(): void {
    for (const { uri, sandbox } of this.opened.values()) {
      const current = find(this.store.current, sandboxIdOfUri(uri));
      if (current && current !== sandbox) this.changes.fire(uri);
    }
  }
}

function find({ rows, archive }: PanelSnapshot, id: string): Sandbox | undefined {
  return (rows.get(id) ?? archive.get(id))?.sandbox;
}
