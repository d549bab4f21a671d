import * as tls from 'node:tls';
import { noProxyEntries } from '../../api/http/route/noProxy';
import type { NetworkOptions } from '../../api/http/route/proxyRules';
import { lazy } from '../../core/kernel/async';
import { readEditorSetting } from '../editor/settings';

/**
 * Proxy and certificates: by the editor's `http.*` settings, else the environment. The editor applies its settings to
 * `fetch` and `http`, but not to a client that opens sockets itself.
 */
export class Network {
  /** Read once, because that takes a while. */
  private readonly certificates = lazy(trustedCertificates);

  /** The settings as they are now. */
  options(): NetworkOptions {
    return networkOptions(this.certificates);
  }
}

function networkOptions(certificates: () => readonly string[] | undefined): NetworkOptions {
  const proxy = readEditorSetting('http.proxySupport') === 'off' ? undefined : proxyInUse();
  const proxyAuthorization = text(readEditorSetting('http.proxyAuthorization'));
  const noProxy = list(readEditorSetting('http.noProxy')) ?? noProxyEntries(environment('NO_PROXY') ?? '');
  const ca = readEditorSetting('http.systemCertificates') === false ? undefined : certificates();
  return {
    ...(proxy && { proxyUrl: proxy.url, proxySource: proxy.source }),
    ...(proxyAuthorization !== undefined && { proxyAuthorization }),
    noProxy: noProxy.filter(entry => entry !== ''),
    strictSsl: readEditorSetting('http.proxyStrictSSL') !== false,
    ...(ca && { ca }),
  };
}

/** In the order in which they count; the last as curl reads it. */
const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'] as const;

/** The address of the proxy, and what names it. */
function proxyInUse(): { readonly url: string; readonly source: string } | undefined {
  const set = text(readEditorSetting('http.proxy'));
  if (set !== undefined) return { url: set, source: 'http.proxy' };
  for (const source of proxyVariables) {
    const url = environment(source);
    if (url !== undefined) return { url, source };
  }
  return undefined;
}

/** The system's certificates besides Node's own and those of NODE_EXTRA_CA_CERTS. */
function trustedCertificates(): readonly string[] | undefined {
  if (typeof tls.getCACertificates !== 'function') return undefined;
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
}

function environment(name: string): string | undefined {
  return text(process.env[name]) ?? text(process.env[name.toLowerCase()]);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function list(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(entry => typeof entry === 'string');
}
