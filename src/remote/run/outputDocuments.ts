import { EventEmitter, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import type { Clock } from '../../core/kernel/time/clock';
import { onDidCloseDocument } from '../../host/editor/documents/closedDocuments';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { outputScheme } from '../../manifest';
import { titleText } from '../../text/kit/surfaces';

/** Refresh interval of a growing document, in milliseconds: the editor gets the whole text and compares it. */
const paceMs = 300;
/** The longer the text, the longer it is until the next time: a second for a million characters. */
const msPerCharacter = 1 / 1_000;

/** A text that is still growing. */
export interface LiveText {
  readonly text: () => string;
  /** Fires when the text has grown. */
  readonly onDidChange: (listener: () => void) => DisposableLike;
}

interface OpenText {
  readonly text: LiveText;
  readonly listening: DisposableLike;
  /** Characters that the editor got last. */
  length: number;
}

/** Read-only documents of output, which update while they are open. */
export class OutputDocuments implements TextDocumentContentProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  readonly onDidChange = this.changes.event;
  private readonly open = new Map<string, OpenText>();
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
      const length = this.open.get(uri.toString())?.length ?? 0;
      this.clock.after(paceMs + length * msPerCharacter, () => {
        isDue = false;
        if (this.open.has(uri.toString())) this.changes.fire(uri);
      });
    });
    this.open.set(uri.toString(), { text, listening, length: 0 });
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: Uri): string {
    const open = this.open.get(uri.toString());
    const text = open?.text.text() ?? '';
    if (open) open.length = text.length;
    return text;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
