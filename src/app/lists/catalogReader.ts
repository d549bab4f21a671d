import { type CatalogImage, managedImages } from '../../core/catalog/image';
import { listBounds } from '../../core/kernel/listBounds';
import { ApiError } from '../../core/kernel/errors';
import { mapLimited } from '../../core/kernel/async';
import type { Listed } from '../../core/list/listStatus';
import type { SandboxPool } from '../../core/catalog/pool';
import type { Pools } from '../../api/control/catalog/pools';
import type { Connection } from '../../host/session/connection';

/** How many sandboxes a pool has is reported one pool at a time, so only this many are read. */
const maxPoolsInDetail = 40;
const concurrency = 4;

/** What pools are read from. */
interface PoolSource extends Pick<Pools, 'list'> {
  withoutRetries(): Pick<Pools, 'get'>;
}

/** The pools, with their current sandboxes where the service reports them. */
export async function readPools(
  { pools }: { readonly pools: PoolSource },
  signal: AbortSignal,
): Promise<Listed<SandboxPool>> {
  const listing = await pools.list(signal);
  const listed = listing.pools.slice(0, listBounds.catalogEntries);
  const once = pools.withoutRetries();
  const read = await mapLimited(listed.slice(0, maxPoolsInDetail), concurrency, async pool => {
    try {
      return await once.get(pool.id, signal);
    } catch (error) {
      if (ApiError.is(error, 'cancelled')) throw error;
      return pool;
    }
  });
  const isCut = listing.isCut || listing.isTruncated || listed.length < listing.pools.length;
  return { entries: [...read, ...listed.slice(maxPoolsInDetail)], isCut, badRows: listing.badRows };
}

/** Images for sandboxes, the managed ones first: a project's list may lack them (API reference section 2.17). */
export async function readImages(
  { catalog }: Pick<Connection, 'catalog'>,
  signal: AbortSignal,
): Promise<Listed<CatalogImage>> {
  const { entries: registered, ...lacking } = await catalog.images(signal);
  const managed: readonly string[] = managedImages;
  const entries = [
    ...managed.map(name => ({ name, isManaged: true })),
    ...registered
      .filter(({ name }) => !managed.includes(name))
      .map(({ name, id }) => ({ name, ...(id !== undefined && { id }), isManaged: false })),
  ];
  return { ...lacking, entries };
}

/** What tells whether there is a catalog; a part of a connection. */
export interface CatalogSource {
  readonly pools: {
    withoutRetries(): { list(signal: AbortSignal): Promise<{ readonly pools: readonly unknown[] }> };
  };
  readonly catalog: {
    images(signal: AbortSignal): Promise<{ readonly entries: readonly { readonly name: string }[] }>;
  };
}

/**
 * Whether a project has pools, or images that it registered: one request for each, sent once.
 *
 * @throws ApiError when neither is known to be there and one could not be read
 */
export async function hasCatalog({ pools, catalog }: CatalogSource, signal: AbortSignal): Promise<boolean> {
  const managed: readonly string[] = managedImages;
  const [listing, images] = await Promise.allSettled([
    pools.withoutRetries().list(signal),
    catalog.images(signal),
  ]);
  if (listing.status === 'fulfilled' && listing.value.pools.length > 0) return true;
  if (images.status === 'fulfilled' && images.value.entries.some(({ name }) => !managed.includes(name)))
    return true;
  for (const part of [listing, images]) if (part.status === 'rejected') throw part.reason;
  return false;
}
