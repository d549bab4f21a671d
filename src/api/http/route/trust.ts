import * as tls from 'node:tls';
import type { NetworkOptions } from './proxyRules';

/** How the certificate of a server is judged. */
export interface TlsTrust {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: tls.SecureContext;
}

/** Built once per set of connections: parsing a list of certificates takes milliseconds. */
export function trustOf({ strictSsl, ca }: NetworkOptions): TlsTrust {
  return { rejectUnauthorized: strictSsl, ...(ca && ca.length > 0 && { secureContext: trusting(ca) }) };
}

function trusting(ca: readonly string[]): tls.SecureContext {
  // Absent before Node 22.15, although its type says otherwise.
  const hasDefaults = 'getCACertificates' in tls;
  const defaults = hasDefaults ? tls.getCACertificates('default') : tls.rootCertificates;
  return tls.createSecureContext({ ca: [...new Set([...defaults, ...ca])] });
}
