import { parseEndpoint } from '../../../src/core/account/endpoint';

/** The server that stored values are of. */
export const server = 'http://127.0.0.1:8900';

const endpoint = parseEndpoint(server);
if ('error' in endpoint) throw new Error(endpoint.error);

/** An account of that server. */
export const account = {
  endpoint: endpoint.ok,
  fingerprint: 'a'.repeat(64),
  profile: { id: 'default', name: 'default' },
};

/** Under which its pins are stored. */
export const accountKey = `${server}#${'a'.repeat(16)}`;
