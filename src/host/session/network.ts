import * as tls from 'node:tls';
import type { NetworkOptions } from '../../api/http/proxyRules';
import { readEditorSetting } from '../editor/settings';

/**
 * Proxy and certificates: by the editor's `http.*` settings, else the environment. The editor applies its settings to
 * `fetch` and `http`, but not to a client that opens sockets itself.
 */
export function networkOptions(): NetworkOptions {
  const isOff = readEditorSetting('http.proxySupport') === 'off';
  const proxyUrl = isOff
    ? undefined
    : (text(readEditorSetting('http.proxy')) ?? environment('HTTPS_PROXY') ?? environment('HTTP_PROXY'));
  const noProxy = list(readEditorSetting('http.noProxy')) ?? environment('NO_PROXY')?.split(/[\s,]+/) ?? [];
  const ca = readEditorSetting('http.systemCertificates') === false ? undefined : trustedCertificates();
  return {
    ...(proxyUrl !== undefined && { proxyUrl }),
    noProxy: noProxy.filter(entry => entry !== ''),
    strictSsl: readEditorSetting('http.proxyStrictSSL') !== false,
    ...(ca && { ca }),
  };
}

let certificates: readonly string[] | undefined;

/** The system's certificates besides Node's own and those of NODE_EXTRA_CA_CERTS. Read once, because that takes a while. */
function trustedCertificates(): readonly string[] | undefined {
  if (typeof tls.getCACertificates !== 'function') return undefined;
  certificates ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  return certificates;
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
