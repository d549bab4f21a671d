/** The members of an item that a collection sorts by. */
export interface Keyed {
  readonly id: string;
  readonly createdAtMs: number;
}

interface PageRequest<T> {
  readonly limit: number;
  /** The item the page begins after (forward) or ends before (backward); it may have been deleted. */
  readonly from?: Keyed;
  readonly direction: 'forward' | 'backward';
  readonly accept?: (item: T) => boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The first and the last item, where there are more items beyond them. */
  readonly previous?: T;
  readonly next?: T;
}

/** Items by id, and kept sorted at all times: from the newest to the oldest, unless `compare` orders them otherwise. */
export class Collection<T extends Keyed> {
  private readonly byId = new Map<string, T>();
  private readonly sorted: T[] = [];

  constructor(private readonly compare: (a: Keyed, b: Keyed) => number = newestFirst) {}

  get size(): number {
    return this.byId.size;
  }

  get(id: string): T | undefined {
    return this.byId.get(id);
  }

  values(): readonly T[] {
    return this.sorted;
  }

  add(item: T): void {
    this.byId.set(item.id, item);
    this.sorted.splice(this.position(item), 0, item);
  }

  delete(item: T): void {
    if (this.byId.delete(item.id)) this.sorted.splice(this.position(item), 1);
  }

  page({ limit, from, direction, accept = () => true }: PageRequest<T>): Page<T> {
    const forward = direction === 'forward';
    const step = forward ? 1 : -1;
    const found = this.walk(this.begin(from, forward), step, limit + 1, accept);
    const taken = found.slice(0, limit);
    const items = forward ? taken : taken.reverse();
    const first = items[0];
    const last = items.at(-1);
    if (first === undefined || last === undefined) return { items };
    const ahead = found.length > limit;
    const behind = this.walk(this.position(forward ? first : last) - step, -step, 1, accept).length > 0;
    return {
      items,
      previous: (forward ? behind : ahead) ? first : undefined,
      next: (forward ? ahead : behind) ? last : undefined,
    };
  }

  private begin(from: Keyed | undefined, forward: boolean): number {
    if (from === undefined) return forward ? 0 : this.sorted.length - 1;
    const index = this.position(from);
    if (!forward) return index - 1;
    return this.sorted[index]?.id === from.id ? index + 1 : index;
  }

  private walk(start: number, step: number, count: number, accept: (item: T) => boolean): T[] {
    const found: T[] = [];
    for (let index = start; found.length < count; index += step) {
      const item = this.sorted[index];
      if (item === undefined) break;
      if (accept(item)) found.push(item);
    }
    return found;
  }

  /** The index of the first item that does not come before `key`. */
  private position(key: Keyed): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.sorted[middle];
      if (item !== undefined && this.compare(item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Newest first; the id decides within one millisecond. */
export function newestFirst(a: Keyed, b: Keyed): number {
  return a.createdAtMs === b.createdAtMs ? byId(a, b) : b.createdAtMs - a.createdAtMs;
}

/** In the order of ids. */
export function byId(a: Keyed, b: Keyed): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
