import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Splits the value of `NO_PROXY`, whose entries stand between commas or blanks. */
export function noProxyEntries(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(entry => entry !== '');
}

/**
 * The first entry that names the host of an address, if any. Read as curl does: `*` is every host; `example.com` and
 * `.example.com` are that host and what is below it; an address is itself, however it is written; a dot at the end
 * counts for nothing. Beyond curl, and as the editor and others have it: `*.example.com` is what is below, `:port`
 * restricts an entry to a port, an IPv6 address may stand in brackets, and a block with /0 is every address of its kind.
 */
export function noProxyEntryFor(url: URL, entries: readonly string[]): string | undefined {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return entries.find(entry => isNamed(host, port, entry.trim().toLowerCase()));
}

/** An IPv6 address in brackets, a name or IPv4 address, or an IPv6 address alone; a port after the first two. */
const entryShape = /^(?:\[([^\]]+)\](\/\d+)?|([^:]+)|([^[\]]*:[^[\]]*:[^[\]]*))(?::(\d+))?$/;

function isNamed(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true;
  const parts = entryShape.exec(entry);
  if (!parts || entry.startsWith('<')) return false;
  const [, bracketed, block = '', plain, bare, portOfEntry] = parts;
  if (portOfEntry !== undefined && portOfEntry !== port) return false;
  const name = bracketed === undefined ? (plain ?? bare ?? '') : bracketed + block;
  const family = isIPv4(host) ? 'ipv4' : isIPv6(host) ? 'ipv6' : undefined;
  return family === undefined ? isBelow(host, name) : isInBlock(host, family, name);
}

function isBelow(host: string, entry: string): boolean {
  const name = entry.replace(/\.$/, '');
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  const domain = name.replace(/^\./, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

const longestPrefix = { ipv4: 32, ipv6: 128 } as const;

/** Whether an address is another, or in a block of them. */
function isInBlock(host: string, family: 'ipv4' | 'ipv6', entry: string): boolean {
  const [address = '', bits = String(longestPrefix[family]), ...rest] = entry.split('/');
  const isOfFamily = family === 'ipv4' ? isIPv4(address) : isIPv6(address);
  if (!isOfFamily || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > longestPrefix[family])
    return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, family);
}
