import { managedImages } from '../core/createRequest';
import type { CatalogImage, CatalogPart, CatalogStore } from '../core/catalogStore';
import { ApiError } from '../core/errors';
import { mapLimited } from '../core/mapLimited';
import type { SandboxPool } from '../core/pool';
import { viewIds } from '../manifest';
import type { Connection } from './connection';
import { ViewLoader, type ViewLoaderOptions } from './viewLoader';

/** What pools hold is told of each alone; so many are asked for. The rest show what they are to hold. */
const maxPoolsInDetail = 50;
const concurrency = 4;

export interface CatalogLoaderOptions extends Pick<
  ViewLoaderOptions,
  'sessions' | 'connections' | 'clock' | 'logger'
> {
  readonly store: CatalogStore;
}

/** Reads pools and images while somebody looks at their view (see ViewLoader). */
export function catalogLoader(options: CatalogLoaderOptions): ViewLoader {
  const { store, connections, clock, logger } = options;
  return new ViewLoader({
    ...options,
    viewId: viewIds.catalog,
    reset: isSignedIn => store.reset({ kind: isSignedIn ? 'loading' : 'signedOut' }),
    read: async connection => {
      const [pools, images] = await Promise.all([
        partOf(() => readPools(connection)),
        partOf(() => readImages(connection)),
      ]);
      if (connection !== connections.current) return;
      for (const part of [pools, images])
        if ('failure' in part)
          logger.warn(`A part of the catalog could not be read: ${part.failure.message}`);
      store.apply(pools, images, clock.now());
    },
    fail: failure => store.fail(failure),
  });
}

async function readPools({ control, signal }: Connection): Promise<readonly SandboxPool[]> {
  const { pools } = await control.listPools(signal);
  return await mapLimited(pools, concurrency, async pool => {
    if (pools.indexOf(pool) >= maxPoolsInDetail) return pool;
    try {
      return await control.getPool(pool.id, signal);
    } catch (error) {
      if (ApiError.is(error, 'cancelled')) throw error;
      return pool;
    }
  });
}

/** The managed images come first; they need not be in the project's list (API reference section 2.17). */
async function readImages({ catalog, signal }: Connection): Promise<readonly CatalogImage[]> {
  const registered = await catalog.images(signal);
  const managed: readonly string[] = managedImages;
  return [
    ...managed.map(name => ({ name, isManaged: true })),
    ...registered
      .filter(({ name }) => !managed.includes(name))
      .map(({ name, id }) => ({ name, ...(id !== undefined && { id }), isManaged: false })),
  ];
}

async function partOf<T>(read: () => Promise<readonly T[]>): Promise<CatalogPart<T>> {
  try {
    return { ok: await read() };
  } catch (error) {
    if (!ApiError.is(error) || error.kind === 'cancelled' || error.kind === 'unauthenticated') throw error;
    return { failure: { kind: error.kind, message: error.message } };
  }
}
