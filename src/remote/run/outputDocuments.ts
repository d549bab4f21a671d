import { EventEmitter, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import type { Clock } from '../../core/kernel/time/clock';
import { onDidCloseDocument } from '../../host/editor/documents/closedDocuments';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { outputScheme } from '../../manifest';
import { titleText } from '../../text/kit/surfaces';

/** Refresh interval of a growing document, in milliseconds. */
const paceMs = 300;

/** A text that is still growing. */
export interface LiveText {
  readonly text: () => string;
  /** Fires when the text has grown. */
  readonly onDidChange: (listener: () => void) => DisposableLike;
}

/** Read-only documents of output, which update while they are open. */
export class OutputDocuments implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  readonly onDidChange = this.changes.event;
  private readonly open = new Map<string, { text: LiveText; listening: DisposableLike }>();
  private count = 0;

  constructor(private readonly clock: Clock) {
    this.disposables.add(workspace.registerTextDocumentContentProvider(outputScheme, this));
    this.disposables.add(
      onDidCloseDocument(uri => {
        this.open.get(uri.toString())?.listening.dispose();
        this.open.delete(uri.toString());
      }),
    );
  }

  /** Shows a text in an editor. @param title title of the tab */
  async show(title: string, text: LiveText): Promise<void> {
    this.count += 1;
    const path = `/${titleText(title).replace(/[/\\?#]+/g, '_')}.log`;
    const uri = Uri.from({ scheme: outputScheme, path, query: String(this.count) });
    let isDue = false;
    const listening = text.onDidChange(() => {
      if (isDue) return;
      isDue = true;
      this.clock.after(paceMs, () => {
        isDue = false;
        if (this.open.has(uri.toString())) this.changes.fire(uri);
      });
    });
    this.open.set(uri.toString(), { text, listening });
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.open.get(uri.toString())?.text.text() ?? '';
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
