import { lookup } from 'node:dns/promises';
import type { EmulatorOptions } from './server';

/** Finds the addresses of a name as the programs of this machine do. */
export type Lookup = (name: string) => Promise<readonly { readonly address: string }[]>;

/** What takes longer is of no use to a client either. */
const withinMs = 2_000;

const systemLookup: Lookup = name => lookup(name, { all: true });

/**
 * Whether the system's resolver takes names below `localhost` to this machine. Browsers, curl and the extension know them
 * by themselves; the official SDKs and CLI ask the resolver, and many know only `localhost` itself.
 *
 * @internal
 */
export async function resolvesLocalhostNames(find: Lookup = systemLookup): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<[]>(resolve => {
    timer = setTimeout(resolve, withinMs, []);
  });
  try {
    const addresses = (await Promise.race([find('x.localhost'), tooLate])).map(({ address }) => address);
    // A resolver may take any unknown name to a server of its own.
    return addresses.includes('127.0.0.1') && addresses.every(each => each === '127.0.0.1' || each === '::1');
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Where names below `localhost` lead nowhere, all sandboxes are at the plain loopback address, unless another was chosen.
 *
 * @returns the options to start with, and whether they are changed so
 */
export async function withReachableAddresses(
  options: EmulatorOptions,
  find?: Lookup,
): Promise<{ readonly options: EmulatorOptions; readonly isAddressForced: boolean }> {
  const { dialect = {} } = options;
  if (dialect['address'] !== undefined || (await resolvesLocalhostNames(find))) {
    return { options, isAddressForced: false };
  }
  return { options: { ...options, dialect: { ...dialect, address: 'loopback' } }, isAddressForced: true };
}
