import { l10n } from 'vscode';
import type { Hop, Way } from '../../core/connection/way';
import { answerText, certificateText } from './obstacleText';

/** What automatic proxy configuration would have done is not done, which is likely where nothing else names a proxy. */
export function noPacText(): string {
  return l10n.t(
    'If this network is left through a proxy, set http.proxy: automatic proxy configuration (PAC) is not supported.',
  );
}

/** What keeps a server from being reached, in plain words; undefined when nothing does. @param nowMs wall clock */
export function causeText(way: Way, nowMs: number): string | undefined {
  if (way.proxy.kind === 'unusable')
    return l10n.t('{0} is not the address of a proxy of http, https or socks5.', way.proxy.source);
  const last = way.hops.at(-1);
  if (!last) return undefined;
  const cause = last.failure ? failureText(way, last, nowMs) : answerText(last);
  const mayNeedProxy = last.name === 'lookup' || last.name === 'connect';
  return last.failure && way.proxy.kind === 'none' && mayNeedProxy ? `${cause ?? ''} ${noPacText()}` : cause;
}

function failureText(way: Way, hop: Hop, nowMs: number): string {
  const { code, message } = hop.failure ?? { code: '', message: '' };
  switch (hop.name) {
    case 'lookup':
      return code === 'ENOTFOUND'
        ? l10n.t('The name {0} is not known here. Is it spelled right, and is the VPN on?', hop.target)
        : l10n.t('No name server answered for {0}. Is this machine online?', hop.target);
    case 'connect':
      return connectText(code, hop, way);
    case 'tunnel':
      return tunnelText(code, message, hop);
    case 'proxyTls':
    case 'tls':
      return hop.certificate ? certificateText(hop, nowMs) : handshakeText(code, hop);
    case 'answer':
      return code === 'NOT_HTTP'
        ? l10n.t('What answers at {0} does not speak HTTP.', hop.target)
        : handshakeText(code, hop);
  }
}

function connectText(code: string, { target }: Hop, { proxy }: Way): string {
  const isProxy = proxy.kind === 'proxy';
  switch (code) {
    case 'ECONNREFUSED':
      return isProxy
        ? l10n.t('Nothing listens at the proxy {0}: is the address right, and does the proxy run?', target)
        : l10n.t('Nothing listens at {0}: the connection was refused.', target);
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return l10n.t('{0} does not answer at all: a firewall may drop what is sent there.', target);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return l10n.t(
        'No way leads from this network to {0}. Is this machine online, and is the VPN on?',
        target,
      );
    default:
      return l10n.t('{0} could not be connected to ({1}).', target, code);
  }
}

function tunnelText(code: string, message: string, { target, answer }: Hop): string {
  if (answer?.status === 407)
    return l10n.t(
      'The proxy wants to know who you are (HTTP 407). Put the name and password into the address of the proxy, or the header into http.proxyAuthorization. Kerberos and NTLM are not supported.',
    );
  if (answer) return l10n.t('The proxy refuses to lead to {0}: it answered HTTP {1}.', target, answer.status);
  if (code === 'TIMEOUT' || code === 'PROXY_SILENT')
    return l10n.t('The proxy was asked to lead to {0} and did not answer.', target);
  return l10n.t('The proxy did not lead to {0}: {1}', target, message);
}

/** What a handshake of TLS, and the first answer after it, can come to without a certificate. */
function handshakeText(code: string, { target }: Hop): string {
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code))
    return l10n.t('{0} wants a certificate of the client, which is not supported.', target);
  switch (code) {
    case 'TIMEOUT':
      return l10n.t('{0} accepted the connection and then did not answer.', target);
    case 'ECONNRESET':
    case 'EPIPE':
      return l10n.t('The connection to {0} was cut: a firewall may forbid it, or a proxy be needed.', target);
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return l10n.t('What answers at {0} does not speak TLS.', target);
    default:
      return l10n.t('No secure connection to {0} came about ({1}).', target, code);
  }
}
