import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cliLogins, isSame } from '../../core/account/cliLogins';
import type { Endpoint } from '../../core/account/endpoint';
import type { SharedMementoLike } from '../storage/mementos/mementoLike';
import { environmentKey, isPlausibleKey } from './credentials';

/** A login that is there already: a key in the environment, or a login of the official CLI. */
export interface FoundLogin {
  readonly source: 'environment' | 'cli';
  /** The context of the CLI, where it has a name. */
  readonly context?: string;
  readonly secret: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** What was found on this machine for a server. */
export interface FoundLogins {
  /** Those that can be used, the best of each source first. */
  readonly usable: readonly FoundLogin[];
  /** Contexts of the CLI whose token is in the keychain of the system, which only the CLI reads. */
  readonly locked: readonly string[];
}

/** The key of the global storage for logins that the server rejected: hashes, the newest last. */
const rejectedKey = 'tensorlake.rejectedLogins';

/** How many rejected logins are remembered. */
const mostRejected = 20;

/** The files of the CLI are small; a longer one is none of them. */
const longestFile = 64 * 1024;

/**
 * Looks for logins to a server in the environment and in the files of the official CLI (API reference sections 1.3 and
 * 1.4). Those that the server rejected are left out. Never rejects.
 */
export async function findLogins(
  endpoint: Pick<Endpoint, 'text'>,
  kept: Pick<SharedMementoLike, 'get'>,
): Promise<FoundLogins> {
  const folder = join(homedir(), '.config', 'tensorlake');
  const [contexts, credentials, config] = await Promise.all(
    ['contexts.toml', 'credentials.toml', '.tensorlake_config'].map(name => textOfFile(join(folder, name))),
  );
  const chosen = process.env['TENSORLAKE_CONTEXT'];
  const ofCli = cliLogins({ contexts, credentials, config }, endpoint, chosen).map(login => ({
    source: 'cli' as const,
    ...login,
  }));
  const isRejected = (secret: string): boolean =>
    readRejected(kept.get(rejectedKey)).includes(hashOf(endpoint, secret));
  const all: readonly Partial<FoundLogin>[] = [...ofEnvironment(endpoint), ...ofCli];
  return {
    usable: all
      .filter(isUsable)
      .filter(({ secret }, index, those) => those.findIndex(other => other.secret === secret) === index)
      .filter(({ secret }) => !isRejected(secret)),
    locked: ofCli.flatMap(({ secret, context }) =>
      secret === undefined && context !== undefined ? [context] : [],
    ),
  };
}

/** Remembers that the server rejected a secret, so that it is not offered again. */
export async function rememberRejected(
  { text }: Pick<Endpoint, 'text'>,
  secret: string,
  kept: SharedMementoLike,
): Promise<void> {
  const hash = hashOf({ text }, secret);
  await kept.change(rejectedKey, current =>
    [...readRejected(current).filter(other => other !== hash), hash].slice(-mostRejected),
  );
}

/** The key of the environment, unless the environment says that it is for another server. */
function ofEnvironment(endpoint: Pick<Endpoint, 'text'>): readonly FoundLogin[] {
  const secret = environmentKey();
  const apiUrl = process.env['TENSORLAKE_API_URL']?.trim() ?? '';
  const isHere = apiUrl === '' || isSame(apiUrl, endpoint);
  return secret !== undefined && isHere ? [{ source: 'environment', secret }] : [];
}

function isUsable(login: Partial<FoundLogin>): login is FoundLogin {
  return login.secret !== undefined && isPlausibleKey(login.secret);
}

async function textOfFile(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    // What is no ordinary file may have no end.
    return found.isFile() && found.size <= longestFile ? await readFile(path, 'utf8') : undefined;
  } catch {
    // It is not there, or not readable for us: then there is no login in it.
    return undefined;
  }
}

/** Tells secrets of a server apart without holding one. */
function hashOf({ text }: Pick<Endpoint, 'text'>, secret: string): string {
  return createHash('sha256').update(`${text}\n${secret}`).digest('hex').slice(0, 32);
}

function readRejected(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter(hash => typeof hash === 'string') : [];
}
