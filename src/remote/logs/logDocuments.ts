import {
  CodeLens,
  EventEmitter,
  languages,
  l10n,
  Range,
  Uri,
  window,
  workspace,
  type CodeLensProvider,
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';
import { onDidCloseDocument } from '../../host/editor/documents/closedDocuments';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import { plainText } from '../../text/kit/plainText';
import { statusText } from '../../text/kit/surfaces';
import { commandIds, logScheme } from '../../manifest';
import type { OwnProcesses } from '../processes/ownProcesses';
import { LogDocument } from './logDocument';
import { filterWords } from '../../text/logs';

/** The open documents of retained logs. They are read on request, and dropped when they are closed. */
export class LogDocuments implements TextDocumentContentProvider, CodeLensProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  private readonly lenses = this.disposables.add(new EventEmitter<void>());
  readonly onDidChange = this.changes.event;
  readonly onDidChangeCodeLenses = this.lenses.event;
  private readonly open = new Map<string, LogDocument>();

  constructor(readonly own: OwnProcesses) {
    this.disposables.add(
      own.onDidChange(() => {
        for (const document of this.open.values()) this.changed(document);
      }),
    );
    this.disposables.add(workspace.registerTextDocumentContentProvider(logScheme, this));
    this.disposables.add(languages.registerCodeLensProvider({ scheme: logScheme }, this));
    this.disposables.add(onDidCloseDocument(uri => this.open.delete(uri.toString())));
  }

  /** The document of a sandbox, created empty if necessary. */
  of(sandbox: Sandbox): LogDocument {
    const name = plainText(displayName(sandbox), 60);
    const path = `/${name.replace(/[/\\?#]+/g, '_')}.log`;
    const uri = Uri.from({ scheme: logScheme, path, query: sandbox.id });
    const known = this.open.get(uri.toString());
    if (known) return known;
    const made = new LogDocument(uri, sandbox.id, name, sandbox.namespace, () => this.own.areShown);
    this.open.set(uri.toString(), made);
    return made;
  }

  /** The document a command was called with, or the active one. */
  find(value: unknown): LogDocument | undefined {
    const uri = value instanceof Uri ? value : window.activeTextEditor?.document.uri;
    return uri && this.open.get(uri.toString());
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Refreshes a document. */
  changed({ uri }: LogDocument): void {
    this.changes.fire(uri);
    this.lenses.fire();
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    return (await this.open.get(uri.toString())?.text()) ?? l10n.t('Run “Show Logs” again to read them.');
  }

  provideCodeLenses({ uri }: TextDocument): CodeLens[] {
    const document = this.open.get(uri.toString());
    if (!document) return [];
    const place = new Range(0, 0, 0, 0);
    const lens = (title: string, command: string): CodeLens =>
      new CodeLens(place, { title, command, arguments: [document.uri] });
    const words = statusText(filterWords(document.filter));
    return [
      ...(document.hasOlder ? [lens(l10n.t('$(arrow-up) Load Older'), commandIds.olderLogs)] : []),
      lens(
        words === '' ? l10n.t('$(filter) Filter…') : l10n.t('$(filter-filled) Filter: {0}', words),
        commandIds.filterLogs,
      ),
      lens(l10n.t('$(refresh) Refresh'), commandIds.refreshLogs),
      ...(document.hiddenCount > 0 ? [lens(l10n.t('$(eye) Show All'), commandIds.showAllProcesses)] : []),
    ];
  }
}
