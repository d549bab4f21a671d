import type { CatalogPart, CatalogStore } from '../../core/catalog/catalogStore';
import { ApiError } from '../../core/kernel/errors';
import { failureOf, type Listed } from '../../core/list/listStatus';
import { viewIds } from '../../manifest';
import { ViewLoader, type ViewLoaderOptions } from './viewLoader';

export interface CatalogLoaderOptions extends Pick<
  ViewLoaderOptions,
  'sessions' | 'connections' | 'clock' | 'logger'
> {
  readonly store: CatalogStore;
}

/** Reads pools and images while their view is visible (see ViewLoader). */
export function catalogLoader(options: CatalogLoaderOptions): ViewLoader {
  const { store, clock, logger } = options;
  return new ViewLoader({
    ...options,
    viewId: viewIds.catalog,
    reset: isSignedIn => store.reset({ kind: isSignedIn ? 'loading' : 'signedOut' }),
    read: async (connection, signal) => {
      const { readPools, readImages } = await import('./catalogReader');
      const [pools, images] = await Promise.all([
        partOf(() => readPools(connection, signal)),
        partOf(() => readImages(connection, signal)),
      ]);
      if (signal.aborted) return;
      for (const part of [pools, images])
        if ('failure' in part)
          logger.warn(`A part of the catalog could not be read: ${part.failure.message}`);
        else if (part.badRows > 0)
          logger.warn(`${part.badRows} entries of the catalog could not be read: they have no id or name`);
      store.apply(pools, images, clock.now());
    },
    fail: failure => store.fail(failure),
    status: () => store.current.status.kind,
    // It takes up to as many requests as are sent in a minute.
    freshForMs: 60_000,
  });
}

async function partOf<T>(read: () => Promise<Listed<T>>): Promise<CatalogPart<T>> {
  try {
    const { entries, isCut, badRows = 0 } = await read();
    return { ok: entries, isCut, badRows };
  } catch (error) {
    if (!ApiError.is(error) || error.kind === 'cancelled' || error.kind === 'unauthenticated') throw error;
    return { failure: failureOf(error) };
  }
}
