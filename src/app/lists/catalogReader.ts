import { type CatalogImage, managedImages } from '../../core/catalog/image';
import { ApiError } from '../../core/kernel/errors';
import { mapLimited } from '../../core/kernel/async';
import type { SandboxPool } from '../../core/catalog/pool';
import type { Connection } from '../../host/session/connection';

/** What pools hold is told of each alone; so many are asked for. The rest show what they are to hold. */
const maxPoolsInDetail = 50;
const concurrency = 4;

/** Pools with what they hold, as far as that is told. */
export async function readPools({ pools, signal }: Connection): Promise<readonly SandboxPool[]> {
  const { pools: listed } = await pools.list(signal);
  return await mapLimited(listed, concurrency, async pool => {
    if (listed.indexOf(pool) >= maxPoolsInDetail) return pool;
    try {
      return await pools.get(pool.id, signal);
    } catch (error) {
      if (ApiError.is(error, 'cancelled')) throw error;
      return pool;
    }
  });
}

/** Images to make sandboxes from. The managed ones come first; they need not be in the project's list (API reference section 2.17). */
export async function readImages({ catalog, signal }: Connection): Promise<readonly CatalogImage[]> {
  const registered = await catalog.images(signal);
  const managed: readonly string[] = managedImages;
  return [
    ...managed.map(name => ({ name, isManaged: true })),
    ...registered
      .filter(({ name }) => !managed.includes(name))
      .map(({ name, id }) => ({ name, ...(id !== undefined && { id }), isManaged: false })),
  ];
}
