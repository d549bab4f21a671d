import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { l10n, ThemeIcon } from 'vscode';
import { parseSshPublicKey } from './model/publicKey';
import { UserError } from '../../text/kit/failureText';
import { askPick, type PickItem } from '../../host/editor/quickPick';
import { plainText } from '../../text/kit/plainText';
import { sshFolder, tildePath } from './configFile';

/** A key of this user on this machine. */
export interface Identity {
  /** File of the public half. */
  readonly publicPath: string;
  /** The public half, as it is registered. */
  readonly publicKey: string;
  /** What `ssh` is to use: the private half, or the public one where an agent holds the other. */
  readonly path: string;
  /** As OpenSSH and the service write it. */
  readonly fingerprint: string;
  readonly comment: string;
}

/** The file that the official tool takes (API reference section 3.10). */
const officialName = 'id_ed25519_tensorlake';

/** Keys of this user, by name. What cannot be read as a public key is none. */
async function listIdentities(): Promise<readonly Identity[]> {
  const folder = sshFolder();
  const names = existsSync(folder) ? await readdir(folder) : [];
  const read = names.filter(name => name.endsWith('.pub')).map(name => readIdentity(join(folder, name)));
  const found = (await Promise.all(read)).filter(identity => identity !== undefined);
  return found.toSorted((a, b) => a.publicPath.localeCompare(b.publicPath));
}

/**
 * The key to log in with: the one used before, the one made for Tensorlake, the only one that is registered, else the
 * one the user picks or has made.
 *
 * @param usedPath file of the public half that was used before
 * @param registered fingerprints the service knows; none where it does not say
 * @returns undefined when the user backed out
 */
export async function chooseIdentity(
  usedPath: string | undefined,
  registered: ReadonlySet<string>,
): Promise<Identity | undefined> {
  const identities = await listIdentities();
  const known = identities.filter(({ fingerprint }) => registered.has(fingerprint));
  const obvious =
    identities.find(({ publicPath }) => publicPath === usedPath) ??
    identities.find(({ publicPath }) => publicPath === officialPath('.pub')) ??
    (known.length === 1 ? known[0] : undefined);
  return obvious ?? (await askIdentity(registered));
}

/** Has the user pick a key, or have one made. */
export async function askIdentity(registered: ReadonlySet<string>): Promise<Identity | undefined> {
  const identities = await listIdentities();
  const hasOfficial = identities.some(({ publicPath }) => publicPath === officialPath('.pub'));
  const answer = await askPick<Identity | 'new'>({
    title: l10n.t('SSH Key for Sandboxes'),
    placeholder: l10n.t('Which key is to log you in?'),
    items: [
      ...identities.map(identity => itemOf(identity, registered)),
      ...(hasOfficial ? [] : [newKeyItem()]),
    ],
  });
  if (answer.kind !== 'value') return undefined;
  return answer.value === 'new' ? await createIdentity() : answer.value;
}

function newKeyItem(): PickItem<'new'> {
  return {
    label: l10n.t('Create a Key for Tensorlake'),
    iconPath: new ThemeIcon('add'),
    description: tildePath(officialPath()),
    detail: l10n.t('Ed25519, without a passphrase, for sandboxes only'),
    answer: 'new',
  };
}

function officialPath(ending = ''): string {
  return join(sshFolder(), officialName + ending);
}

function itemOf(identity: Identity, registered: ReadonlySet<string>): PickItem<Identity> {
  return {
    label: tildePath(identity.path),
    description: plainText(identity.comment),
    detail: registered.has(identity.fingerprint)
      ? l10n.t('registered with Tensorlake · {0}', identity.fingerprint)
      : identity.fingerprint,
    answer: identity,
  };
}

async function createIdentity(): Promise<Identity> {
  const path = officialPath();
  if (existsSync(path))
    throw new UserError(l10n.t('{0} is there already, without its public half.', tildePath(path)));
  await mkdir(sshFolder(), { recursive: true, mode: 0o700 });
  try {
    await promisify(execFile)('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'tensorlake',
      '-f',
      path,
    ]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UserError(l10n.t('The program ssh-keygen was not found. Install OpenSSH first.'));
    throw error;
  }
  const made = await readIdentity(`${path}.pub`);
  if (!made) throw new UserError(l10n.t('ssh-keygen made no key that can be read.'));
  return made;
}

async function readIdentity(publicPath: string): Promise<Identity | undefined> {
  const publicKey = (await readFile(publicPath, 'utf8').catch(() => '')).trim();
  const parsed = parseSshPublicKey(publicKey);
  if (!parsed) return undefined;
  const privatePath = publicPath.slice(0, -'.pub'.length);
  const digest = createHash('sha256').update(Buffer.from(parsed.blob, 'base64')).digest('base64');
  return {
    publicPath,
    publicKey,
    path: existsSync(privatePath) ? privatePath : publicPath,
    fingerprint: `SHA256:${digest.replace(/=+$/, '')}`,
    comment: parsed.comment,
  };
}
