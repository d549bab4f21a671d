/** What the texts of one listing may take together, in characters; pages beyond it are read anew each time. */
const longestListing = 16_000_000;

/**
 * Remembers what the pages of the last listing were read as, so that a page that says the same again, as nearly every
 * page of nearly every listing does, is neither parsed nor compared row by row.
 */
export class PageMemory<T> {
  private last: ReadonlyMap<string, Entry<T>> = new Map();
  private present = new Map<string, Entry<T>>();
  private characters = 0;

  /**
   * What `text` was read as when it last came in answer to `query`, else what `read` makes of it now.
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
    // A routing hint is a short-lived credential (API reference section 1.6): its text is not held on to.
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
