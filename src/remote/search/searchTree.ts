import {
  EventEmitter,
  l10n,
  Range,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
  type Uri,
} from 'vscode';
import { baseName, parentPath } from '../../core/files/remotePath';
import { fileUri } from '../../host/editor/documents/documentUris';
import { tabLabel } from '../../text/files';
import { plainText } from '../../text/kit/plainText';
import { placeOf, type SearchMatch } from './model/searchOutput';
import type { SearchQuery } from './model/searchScript';

/** Characters of a line that a row shows. */
const longestRow = 250;
/** Up to how many files are unfolded at first, as the search of the editor does it. */
const unfoldedUpTo = 10;

/** A file in which something was found, with its lines. */
interface FoundFile {
  readonly kind: 'file';
  readonly path: string;
  readonly lines: FoundLine[];
}

interface FoundLine {
  readonly kind: 'line';
  readonly file: FoundFile;
  readonly match: SearchMatch;
  readonly index: number;
}

export type FoundNode = FoundFile | FoundLine;

/** Where a search took place. */
export interface SearchPlace {
  readonly sandboxId: string;
  readonly sandboxName: string;
  readonly folder: string;
  readonly query: SearchQuery;
}

/** The results of one search, by file. */
export class SearchTree implements TreeDataProvider<FoundNode> {
  private readonly changes = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  private files = new Map<string, FoundFile>();
  private place: SearchPlace | undefined;
  /** Part of the ids, so that rows of another search are not folded as those before. */
  private run = 0;
  matchCount = 0;

  get fileCount(): number {
    return this.files.size;
  }

  /** Begins another search, or none. */
  begin(place: SearchPlace | undefined): void {
    this.run += 1;
    this.place = place;
    this.files = new Map();
    this.matchCount = 0;
    this.changes.fire(undefined);
  }

  add(match: SearchMatch): void {
    const file: FoundFile = this.files.get(match.path) ?? { kind: 'file', path: match.path, lines: [] };
    this.files.set(match.path, file);
    file.lines.push({ kind: 'line', file, match, index: file.lines.length });
    this.matchCount += 1;
  }

  /** Shows what was added. */
  refresh(): void {
    this.changes.fire(undefined);
  }

  /** The address of the file that a node is about. */
  uriOf(node: FoundNode): Uri {
    return fileUri(this.place?.sandboxId ?? '', node.kind === 'file' ? node.path : node.file.path);
  }

  getChildren(node?: FoundNode): FoundNode[] {
    if (!node) return [...this.files.values()];
    return node.kind === 'file' ? node.lines : [];
  }

  getParent(node: FoundNode): FoundNode | undefined {
    return node.kind === 'line' ? node.file : undefined;
  }

  getTreeItem(node: FoundNode): TreeItem {
    return node.kind === 'file' ? this.fileItem(node) : this.lineItem(node);
  }

  dispose(): void {
    this.changes.dispose();
  }

  private fileItem(node: FoundFile): TreeItem {
    const { path, lines } = node;
    const state =
      this.files.size > unfoldedUpTo ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
    const name = plainText(baseName(path));
    const item = new TreeItem(name, state);
    const folder = plainText(this.relative(parentPath(path)));
    item.id = `${this.run}/file:${path}`;
    item.resourceUri = this.uriOf(node);
    item.description = [folder, String(lines.length)].filter(part => part !== '').join(' · ');
    item.tooltip = plainText(path, 1000);
    item.contextValue = 'foundFile';
    const count = lines.length === 1 ? l10n.t('1 result') : l10n.t('{0} results', lines.length);
    item.accessibilityInformation = { label: [name, folder, count].filter(part => part !== '').join(', ') };
    return item;
  }

  private lineItem(node: FoundLine): TreeItem {
    const { match, file, index } = node;
    const query = this.place?.query;
    const label = this.labelOf(match);
    const at = query ? placeOf(label, query, query.text) : -1;
    const length = query?.text.length ?? 0;
    const item = new TreeItem({ label, ...(at >= 0 && { highlights: [[at, at + length]] }) });
    item.id = `${this.run}/line:${index}:${file.path}`;
    item.description = String(match.line);
    item.tooltip = plainText(match.text, 1000);
    item.contextValue = 'foundLine';
    item.accessibilityInformation = { label: l10n.t('Line {0}: {1}', match.line, label) };
    const end = query?.isRegex === false ? match.column + length : match.column;
    const selection = new Range(match.line - 1, match.column, match.line - 1, end);
    const tab = tabLabel(file.path, this.place?.sandboxName ?? '');
    const args = [this.uriOf(node), { selection, preview: true }, tab];
    item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: args };
    return item;
  }

  /** A line as a row, which begins near the place where the text was found. */
  private labelOf({ text, column }: SearchMatch): string {
    const line = text.trimStart();
    const at = column - (text.length - line.length);
    const shown = at > 60 ? `…${line.slice(at - 30)}` : line;
    return plainText(shown, longestRow);
  }

  private relative(folder: string): string {
    const top = this.place?.folder ?? '/';
    if (folder === top) return '';
    const prefix = top === '/' ? '/' : `${top}/`;
    return folder.startsWith(prefix) ? folder.slice(prefix.length) : folder;
  }
}
