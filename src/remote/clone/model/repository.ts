/** A repository that is to be cloned by HTTP. */
export interface Repository {
  /** Without a name or password. */
  readonly url: string;
  /** With the port, where the address has one. */
  readonly host: string;
  /** The folder that git would make of it. */
  readonly name: string;
  /** Whether a password may be sent there: over TLS, or within the sandbox itself. */
  readonly mayHaveCredentials: boolean;
}

/** Why an address cannot be used. */
export type AddressProblem = 'empty' | 'noAddress' | 'password' | 'noRepository';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Reads the address of a repository. One for SSH becomes the one for HTTPS of the same host: a sandbox has no key of the
 * user.
 */
export function readRepository(typed: string): Repository | AddressProblem {
  const text = typed.trim();
  if (text === '') return 'empty';
  const [, sshHost, sshPath] =
    /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::(?:\d+\/)?|\/)(?!\/)([^\s]+)$/.exec(text) ?? [];
  const url = parse(sshHost === undefined ? text : `https://${sshHost}/${sshPath ?? ''}`);
  if (!url || !/^https?:$/.test(url.protocol)) return 'noAddress';
  if (url.username !== '' || url.password !== '') return 'password';
  url.hash = '';
  url.search = '';
  const name = nameOf(url.pathname);
  if (name === undefined) return 'noRepository';
  const mayHaveCredentials = url.protocol === 'https:' || loopback.test(url.hostname);
  return { url: url.href, host: url.host, name, mayHaveCredentials };
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function nameOf(path: string): string | undefined {
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const name = decoded(last).replace(/\.git$/, '');
  return /^[\w][\w.-]{0,99}$/.test(name) ? name : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether git takes a name for a branch or tag; the empty text stands for the usual branch. */
export function isBranch(name: string): boolean {
  if (name === '') return true;
  return name.length <= 250 && !/^[-/.]|\.\.|[\s~^:?*[\\\p{Cc}]|@\{|\/\/|(\/|\.|\.lock)$/u.test(name);
}
