/**
 * Where a browser reaches an address, with the path and query of the address: some editors lead to its port alone.
 *
 * @param external where the editor says that a browser reaches `url`
 */
export function withPathOf(external: string, url: string): string {
  const [led, asked] = [new URL(external), new URL(url)];
  if (led.pathname.endsWith(asked.pathname)) return external;
  led.pathname = led.pathname.replace(/\/$/, '') + asked.pathname;
  if (led.search === '') led.search = asked.search;
  if (led.hash === '') led.hash = asked.hash;
  return led.toString();
}
