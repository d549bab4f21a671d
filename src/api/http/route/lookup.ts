import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Resolves host names, and those below `localhost` to 127.0.0.1: not every resolver knows them, and asking one could
 * lead to a server other than this machine (RFC 6761, section 6.3).
 */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  if (!/\.localhost\.?$/i.test(hostname)) lookup(hostname, options, callback);
  else if (options.all === true) process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
  else process.nextTick(callback, null, '127.0.0.1', 4);
};
