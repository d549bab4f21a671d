const minute = 60_000;

/**
 * The bounds of what the control plane may send: how much of an answer is kept, and how often it is asked. They are far
 * above what the service sends, and hold whatever a server does. docs/reliability.md has the table of them, with what the
 * user sees of each.
 */
export const listBounds = {
  /** Rows of a list that are kept: every tree and every event is made of all of them. */
  rows: 100_000,
  /** Rows of one page, which are read in one go: a hundred are asked for at most. */
  pageRows: 25_000,
  /** Pages of a full listing. A list of `rows` in pages of the server's default size, 100, has half as many. */
  pages: 2_000,
  /** Pages of a listing of what runs: it is read every few seconds, and its pages count as requests. */
  runningPages: 40,
  /** How long a listing may take in milliseconds: nothing else is read meanwhile. */
  listingMs: 60 * minute,
  /**
   * Characters that a listing may have received: so many, and so many more for each row. Few large rows cannot fill the
   * memory, and the more rows there are, the more room they have.
   */
  characters: { base: 12 * 1024 * 1024, perRow: 4096 },
  /** Characters of a cursor: a longer one does not fit into a request line. */
  cursorCharacters: 4096,
  /** Unreadable rows of a page that are named in the log; the others are counted. */
  badRowsNamed: 20,
  /** Entries of a list that the user picks from, or that is shown with the pools and images. */
  catalogEntries: 10_000,
  /** Pages of such a list. */
  catalogPages: 20,
  /** For how long a listing that met a bound is not begun again in the background, in milliseconds. */
  holdMs: 5 * minute,
} as const;

/** Values of one answer: parsed, each takes some dozen bytes, however short its text. */
export const maxJsonValues = 1_000_000;

/** Of these, values of one entry of a list, or outside of lists: they are parsed in one go. */
export const maxValuesAtOnce = 250_000;

/** How long any header may ask this side to wait, in milliseconds; a longer time is shortened. */
export const maxWaitAskedMs = 5 * minute;

/**
 * Requests a minute in the background: `least`, or `perTransition` for each sandbox that is in a transition or that a
 * command waits for, and never more than `most`. The pages of one full listing count as one; what the user asks for does
 * not count.
 */
export const requestBounds = {
  windowMs: minute,
  least: 60,
  perTransition: 30,
  most: 240,
  /** Of these, polls of single sandboxes leave so many to the listings. */
  reservedForListings: 10,
} as const;
