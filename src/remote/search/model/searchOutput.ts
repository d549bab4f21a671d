import { pathEnd, type SearchQuery, type SearchTool } from './searchScript';

/** A line of a file in which the text was found. */
export interface SearchMatch {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Where it begins in the line, in UTF-16 units from 0; 0 where the tool does not tell. */
  readonly column: number;
  /** The line, which may be cut. */
  readonly text: string;
}

/** The longest path that Linux takes, in bytes; what is longer is no path. */
const longestPath = 4096;

/** Reads the output of `searchScript` line by line. It comes from a sandbox: what does not fit is left out. */
export class SearchOutput {
  /** The program that searched, once it is known. */
  tool: SearchTool | undefined;
  /** The beginning of a path with a line break in it. */
  private path = '';

  constructor(private readonly query: SearchQuery) {}

  /** Reads a line. Returns the match in it, if there is one. */
  read(line: string): SearchMatch | undefined {
    if (this.tool === undefined) {
      this.tool = line === 'rg' ? 'rg' : 'grep';
      return undefined;
    }
    const end = line.indexOf(pathEnd);
    if (end < 0) {
      const path = `${this.path}${line}\n`;
      this.path = path.length <= longestPath && path.startsWith('/') ? path : '';
      return undefined;
    }
    const path = `${this.path}${line.slice(0, end)}`;
    this.path = '';
    const rest = line.slice(end + 1);
    const pattern = this.tool === 'rg' ? /^(\d{1,9}):(\d{1,9}):/ : /^(\d{1,9}):/;
    const [head, number, byte] = pattern.exec(rest) ?? [];
    if (head === undefined || !path.startsWith('/')) return undefined;
    const text = rest.slice(head.length).replace(/\r$/, '');
    const column = byte === undefined ? this.columnIn(text) : unitsBefore(text, Number(byte) - 1);
    return { path, line: Number(number), column, text };
  }

  private columnIn(text: string): number {
    const { text: wanted, isRegex } = this.query;
    return isRegex ? 0 : Math.max(0, placeOf(text, this.query, wanted));
  }
}

/** Where a fixed text stands in a line; -1 where it does not, or for a regular expression. */
export function placeOf(text: string, { isCaseSensitive, isRegex }: SearchQuery, wanted: string): number {
  if (isRegex) return -1;
  if (isCaseSensitive) return text.indexOf(wanted);
  const lower = text.toLowerCase();
  // Where the small form of a letter has another length, nobody knows the place.
  return lower.length === text.length ? lower.indexOf(wanted.toLowerCase()) : -1;
}

/** How many UTF-16 units the first bytes of a text take in UTF-8. */
function unitsBefore(text: string, bytes: number): number {
  const encoded = new TextEncoder().encode(text);
  return bytes > encoded.length ? 0 : new TextDecoder().decode(encoded.subarray(0, bytes)).length;
}
