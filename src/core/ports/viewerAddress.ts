import { isLoopbackHost } from '../account/endpoint';

/**
 * Where a program on the machine of the user, which is no browser, reaches a forwarded port: `host:port`.
 *
 * @param external where a browser of the user reaches it
 * @returns undefined where only a browser does: the editor is served by a website, and leads there by a host or path of it
 */
export function viewerAddress(external: string): string | undefined {
  const { protocol, hostname, port, pathname } = new URL(external);
  if (protocol !== 'http:' || pathname !== '/' || !isLoopbackHost(hostname)) return undefined;
  return `${hostname}:${port === '' ? '80' : port}`;
}
