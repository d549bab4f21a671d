/** The total length of the texts kept of one listing, in characters; further pages are always parsed. */
const longestListing = 16_000_000;

/**
 * Remembers the parsed pages of the last listing. Most pages of most listings are unchanged, and need not be parsed or
 * compared row by row.
 */
export class PageMemory<T> {
  private last: ReadonlyMap<string, Entry<T>> = new Map();
  private present = new Map<string, Entry<T>>();
  private characters = 0;

  /**
   * The page that `text` was parsed to when it last answered `query`, else the result of `read`.
   *
   * @param query tells the pages of a listing apart; empty for the first, with which a listing begins
   */
  recall(query: string, text: string, read: (text: string) => T): T {
    if (query === '') this.begin();
    const known = this.last.get(query);
    if (known?.text === text) {
      this.keep(query, known);
      return known.page;
    }
    const page = read(text);
    // A routing hint is a short-lived credential (API reference section 1.6), so its text is not kept.
    if (!/routing_?hint/i.test(text)) this.keep(query, { text, page });
    return page;
  }

  private begin(): void {
    this.last = this.present;
    this.present = new Map();
    this.characters = 0;
  }

  private keep(query: string, entry: Entry<T>): void {
    this.characters += entry.text.length;
    if (this.characters <= longestListing) this.present.set(query, entry);
  }
}

interface Entry<T> {
  readonly text: string;
  readonly page: T;
}
