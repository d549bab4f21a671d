/** The total length of the texts kept, in characters; further pages are always parsed. */
const longestListing = 16_000_000;

/** A routing hint is a short-lived credential (API reference section 1.6), so its text is not kept; a row without one has null. */
const routingHint = /"routing_?[hH]int"\s*:(?!\s*null\b)/;

/**
 * Remembers the parsed pages of the last listing. Most pages of most listings are unchanged, and need not be parsed or
 * compared row by row.
 */
export class PageMemory<T> {
  private last = new Map<string, Entry<T>>();
  private present = new Map<string, Entry<T>>();
  /** The total length of the texts in both. */
  private characters = 0;

  /**
   * The page that `text` was parsed to when it last answered `query`, else the result of `read`.
   *
   * @param query tells the pages of a listing apart; empty for the first, with which a listing begins
   */
  async recall(query: string, text: string, read: (text: string) => Promise<T>): Promise<T> {
    if (query === '') this.begin();
    const known = this.take(query);
    if (known?.text === text) {
      this.keep(query, known);
      return known.page;
    }
    const page = await read(text);
    if (!routingHint.test(text)) this.keep(query, { text, page });
    return page;
  }

  /** Forgets the page that answered `query` in this listing. */
  forget(query: string): void {
    this.characters -= this.present.get(query)?.text.length ?? 0;
    this.present.delete(query);
  }

  private begin(): void {
    for (const { text } of this.last.values()) this.characters -= text.length;
    this.last = this.present;
    this.present = new Map();
  }

  /** Takes a page out of the last listing: it stays known as a page of the present one, or not at all. */
  private take(query: string): Entry<T> | undefined {
    const known = this.last.get(query);
    if (known) this.characters -= known.text.length;
    this.last.delete(query);
    return known;
  }

  private keep(query: string, entry: Entry<T>): void {
    const before = this.present.get(query);
    const characters = this.characters - (before?.text.length ?? 0) + entry.text.length;
    if (characters > longestListing) return;
    this.characters = characters;
    this.present.set(query, entry);
  }
}

interface Entry<T> {
  readonly text: string;
  readonly page: T;
}
