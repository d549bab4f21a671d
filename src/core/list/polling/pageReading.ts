import type { Clock } from '../../kernel/time/clock';
import { listBounds } from '../../kernel/listBounds';
import type { Sandbox } from '../../sandbox/sandbox';
import { type ListCut, refuseUnreadable } from '../listStatus';

/** One page of a list. */
export interface SandboxPage {
  readonly sandboxes: readonly Sandbox[];
  readonly nextCursor?: string;
  /** Whether there is a next page that cannot be asked for. */
  readonly isTruncated?: boolean;
  /** Whether the page had more rows than are kept. */
  readonly isCut?: boolean;
  /** How long the page was on the wire, in characters. */
  readonly characters?: number;
  /** Rows of the page that could not be read. */
  readonly badRows: number;
}

/** Reads sandboxes. Both methods reject with `ApiError`. */
export interface SandboxSource {
  listPage(
    query: { readonly cursor?: string; readonly runningOnly?: boolean },
    signal: AbortSignal,
  ): Promise<SandboxPage>;
  get(id: string, signal: AbortSignal): Promise<Sandbox>;
}

/** How the pages of a listing are read. */
export interface PageReader {
  readonly read: (cursor: string | undefined) => Promise<SandboxPage>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Ends the listing with the page under way. */
  readonly signal: AbortSignal;
}

/** The result of reading the list. */
export interface Listing {
  /** Each once: of one that moved between pages, the version that was read last. */
  readonly sandboxes: readonly Sandbox[];
  readonly pages: number;
  readonly badRows: number;
  /** Why the last page was not reached, so that missing sandboxes may still exist. */
  readonly cut: ListCut | undefined;
}

/**
 * Reads a list page by page, until its end or a bound of `listBounds`.
 *
 * @param maxPages how many pages it may have
 * @param onPage is told of the rows of each page, and how many sandboxes were read so far
 * @throws ApiError as `reader.read`, and of kind `schema` when there are rows and none can be read
 */
export async function readPages(
  reader: PageReader,
  maxPages: number,
  onPage: (page: readonly Sandbox[], count: number) => void = () => undefined,
): Promise<Listing> {
  const startedAtMs = reader.clock.monotonic();
  const sandboxes = new Map<string, Sandbox>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let cut: ListCut | undefined;
  let badRows = 0;
  let pages = 0;
  let characters = 0;
  do {
    const page = await reader.read(cursor);
    if (reader.signal.aborted) break;
    pages += 1;
    badRows += page.badRows;
    characters += page.characters ?? 0;
    const taken: Sandbox[] = [];
    for (const sandbox of page.sandboxes)
      if (sandboxes.size < listBounds.rows || sandboxes.has(sandbox.id)) {
        sandboxes.set(sandbox.id, sandbox);
        taken.push(sandbox);
      } else cut = 'rows';
    if (page.isCut) cut ??= 'size';
    onPage(taken, sandboxes.size);
    cursor = page.nextCursor;
    if (page.isTruncated) cut ??= 'cursor';
    if (cursor === undefined) break;
    if (cursors.has(cursor)) cut ??= 'cursor';
    cursors.add(cursor);
    cut ??= boundMet();
  } while (cut === undefined);
  refuseUnreadable(sandboxes.size, badRows);
  return { sandboxes: [...sandboxes.values()], pages, badRows, cut };

  /** Which bound does not let the next page in. */
  function boundMet(): ListCut | undefined {
    const { rows, characters: most, listingMs } = listBounds;
    // Rows that cannot be read count too.
    if (sandboxes.size + badRows >= rows) return 'rows';
    if (pages >= maxPages) return 'pages';
    if (characters > most.base + most.perRow * sandboxes.size) return 'size';
    return reader.clock.monotonic() - startedAtMs > listingMs ? 'time' : undefined;
  }
}
