import { l10n } from 'vscode';
import type { Hop, HopName, ProxyUse, ShownCertificate, Way } from '../../core/connection/way';
import { plainText, separator } from '../kit/plainText';

/** What is being done, for the progress. */
export function hopText(name: HopName, target: string): string {
  return l10n.t('{0}: {1}', hopTitle(name), target);
}

/** A way as lines: which proxy and why, then each hop with its time. */
export function wayLines(way: Way): readonly string[] {
  const { proxy, hops, isStrict } = way;
  const trust = isStrict ? [] : [l10n.t('Certificates are not checked: http.proxyStrictSSL is off.')];
  return [l10n.t('Proxy: {0}', proxyText(proxy)), ...trust, ...hops.map(hopLine)];
}

function hopLine(hop: Hop): string {
  const parts = [hop.target, ...factsOf(hop), l10n.t('{0} ms', hop.ms)];
  return l10n.t('{0}: {1}', hopTitle(hop.name), parts.map(part => plainText(part, 400)).join(separator));
}

function factsOf({ addresses, certificate, answer, failure }: Hop): readonly string[] {
  const facts = [
    ...(addresses && addresses.length > 0 ? [addresses.slice(0, 8).join(', ')] : []),
    ...(certificate ? certificateFacts(certificate) : []),
    ...(answer
      ? [answer.isPage ? l10n.t('HTTP {0}, a web page', answer.status) : `HTTP ${answer.status}`]
      : []),
  ];
  if (!failure) return facts;
  const { code, message } = failure;
  const what = message === code ? code : `${code}, ${message}`;
  return [...facts, l10n.t('failed ({0})', what)];
}

function certificateFacts({
  subject,
  issuer,
  root,
  validToMs,
  protocol,
}: ShownCertificate): readonly string[] {
  return [
    protocol,
    l10n.t('certificate for {0}', subject),
    root === undefined ? l10n.t('issued by {0}', issuer) : l10n.t('issued by {0}, root {1}', issuer, root),
    ...(validToMs === undefined
      ? []
      : [l10n.t('valid until {0}', new Date(validToMs).toISOString().slice(0, 10))]),
  ];
}

function hopTitle(name: HopName): string {
  switch (name) {
    case 'lookup':
      return l10n.t('Name lookup');
    case 'connect':
      return l10n.t('Connection');
    case 'proxyTls':
      return l10n.t('TLS with the proxy');
    case 'tunnel':
      return l10n.t('Tunnel through the proxy');
    case 'tls':
      return l10n.t('TLS');
    case 'answer':
      return l10n.t('Answer without a key');
  }
}

function proxyText(proxy: ProxyUse): string {
  switch (proxy.kind) {
    case 'none':
      return l10n.t('none; no setting and no environment variable names one');
    case 'loopback':
      return l10n.t('none, because this is an address of this machine');
    case 'entry':
      return l10n.t('none, because "{0}" stands in http.noProxy or NO_PROXY', plainText(proxy.entry));
    case 'proxy':
      return l10n.t('{0}, from {1}', proxy.origin, proxy.source);
    case 'unusable':
      return l10n.t('what {0} says cannot be used', proxy.source);
  }
}
