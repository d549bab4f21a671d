import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { ShownCertificate } from '../../../core/connection/way';
import { parseCertificateTime } from '../../../core/kernel/time/timeText';
import { oneLine } from '../errors/errorText';

/** No chain is longer; a server could make one that leads back to its beginning. */
const maxChain = 16;

/** What the other side of a connection showed of itself. */
export function certificateOf(socket: TLSSocket): ShownCertificate {
  const shown = socket.getPeerCertificate(true);
  const root = rootOf(shown);
  const issuer = nameOf(shown.issuer);
  const validFromMs = parseCertificateTime(shown.valid_from);
  const validToMs = parseCertificateTime(shown.valid_to);
  const problem = socket.authorized ? undefined : problemOf(socket.authorizationError);
  return {
    subject: nameOf(shown.subject),
    issuer,
    ...(root !== issuer && { root }),
    ...(validFromMs !== undefined && { validFromMs }),
    ...(validToMs !== undefined && { validToMs }),
    protocol: socket.getProtocol() ?? '',
    ...(problem !== undefined && { problem }),
  };
}

function rootOf(shown: DetailedPeerCertificate): string {
  let last = shown;
  for (let count = 0; count < maxChain && isOther(last.issuerCertificate, last); count += 1)
    last = last.issuerCertificate;
  return nameOf(last.issuer);
}

/** The last of a chain names itself or nobody, which the types leave out. */
function isOther(
  issuer: DetailedPeerCertificate | undefined,
  last: DetailedPeerCertificate,
): issuer is DetailedPeerCertificate {
  return issuer !== undefined && issuer.fingerprint256 !== last.fingerprint256;
}

function nameOf(name: { readonly CN?: unknown; readonly O?: unknown } | undefined): string {
  const parts = [name?.CN, name?.O].filter(part => typeof part === 'string');
  return oneLine([...new Set(parts)].join(', '), 200);
}

/** A code, although the types call it an error. */
function problemOf(problem: unknown): string {
  if (typeof problem === 'string') return problem;
  return problem instanceof Error && 'code' in problem ? String(problem.code) : 'CERT_UNTRUSTED';
}
