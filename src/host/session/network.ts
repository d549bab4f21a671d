import * as tls from 'node:tls';
import type { NetworkOptions } from '../../api/http/proxyRules';
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
  const isOff = readEditorSetting('http.proxySupport') === 'off';
  const proxyUrl = isOff
    ? undefined
    : (text(readEditorSetting('http.proxy')) ?? environment('HTTPS_PROXY') ?? environment('HTTP_PROXY'));
  const noProxy = list(readEditorSetting('http.noProxy')) ?? environment('NO_PROXY')?.split(/[\s,]+/) ?? [];
  const ca = readEditorSetting('http.systemCertificates') === false ? undefined : certificates();
  return {
    ...(proxyUrl !== undefined && { proxyUrl }),
    noProxy: noProxy.filter(entry => entry !== ''),
    strictSsl: readEditorSetting('http.proxyStrictSSL') !== false,
    ...(ca && { ca }),
  };
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
