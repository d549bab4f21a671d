import type * as undici from 'undici';
import { ApiError } from '../../../core/kernel/errors';

/** What is used of undici; the build takes these parts alone. */
export type HttpLibrary = Pick<
  typeof undici,
  'Agent' | 'Pool' | 'ProxyAgent' | 'Socks5ProxyAgent' | 'buildConnector'
>;

let loading: Promise<HttpLibrary> | undefined;

/** Loaded at the first request: evaluating it takes tens of milliseconds. */
export function loadUndici(): Promise<HttpLibrary> {
  loading ??= import('undici').catch((error: unknown) => {
    loading = undefined;
    const details = { code: 'LIBRARY_MISSING', undelivered: true, cause: error };
    throw new ApiError('network', 'The HTTP library could not be loaded', details);
  });
  return loading;
}
