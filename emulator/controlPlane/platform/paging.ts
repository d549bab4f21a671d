import { z } from 'zod';
import type { Collection, Keyed } from '../../model/collection';
import { decodePlace, encodePlace } from '../wire/paging';

/** Query of a paged list below `/platform/v1` (API reference sections 2.17 and 2.18). */
export const platformQuery = z.object({
  pageSize: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .transform(size => Math.min(size, 1_000)),
  next: z.string().optional(),
  prev: z.string().optional(),
});

export type PlatformQuery = z.output<typeof platformQuery>;

/** One page with the tokens of its neighbours. */
export function platformPage<T extends Keyed>(
  collection: Collection<T>,
  { pageSize, next, prev }: PlatformQuery,
): { readonly items: readonly T[]; readonly next?: string; readonly prev?: string } {
  const token = next ?? prev;
  const page = collection.page({
    limit: pageSize,
    from: token === undefined ? undefined : decodePlace(token, next === undefined ? 'prev' : 'next'),
    direction: next === undefined && prev !== undefined ? 'backward' : 'forward',
  });
  return {
    items: page.items,
    next: page.next === undefined ? undefined : encodePlace(page.next),
    prev: page.previous === undefined ? undefined : encodePlace(page.previous),
  };
}
