import { Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import { onDidCloseDocument } from './closedDocuments';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';
import { reportScheme } from '../../../manifest';

/** Read-only documents with what a command found out. Each is kept while it is open. */
export class Reports implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly texts = new Map<string, string>();
  private count = 0;

  constructor() {
    this.disposables.add(workspace.registerTextDocumentContentProvider(reportScheme, this));
    this.disposables.add(onDidCloseDocument(uri => this.texts.delete(uri.toString())));
  }

  /** Shows a text in a tab of its own. @param title title of the tab, a name of ours */
  async show(title: string, text: string): Promise<void> {
    this.count += 1;
    const uri = Uri.from({ scheme: reportScheme, path: `/${title}.txt`, query: String(this.count) });
    this.texts.set(uri.toString(), text);
    await window.showTextDocument(await workspace.openTextDocument(uri));
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
