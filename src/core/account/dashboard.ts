import type { Endpoint } from './endpoint';

/**
 * The web dashboard of an API: that of `https://api.X` is `https://cloud.X` (API reference section 1.3,
 * TENSORLAKE_CLOUD_URL); for other addresses none is known.
 */
export function dashboardOf({ origin }: Pick<Endpoint, 'origin'>): string | undefined {
  const { protocol, host } = new URL(origin);
  return protocol === 'https:' && host.startsWith('api.')
    ? `https://cloud.${host.slice('api.'.length)}/`
    : undefined;
}

/**
 * The page on which the user approves a login (API reference section 1.5). A server on this machine has it itself, as
 * the emulator does.
 */
export function loginPage(endpoint: Endpoint, userCode: string): string | undefined {
  const base = endpoint.isLoopback ? `${endpoint.text}/` : dashboardOf(endpoint);
  return base && `${base}cli/login?user_code=${encodeURIComponent(userCode)}`;
}
