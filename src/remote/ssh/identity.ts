import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { l10n, ThemeIcon } from 'vscode';
import { parseSshPublicKey } from './model/publicKey';
import { UserError } from '../../text/kit/failureText';
import { askPick, type PickItem } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import { sshFolder, tildePath } from './configFile';

/** An SSH key of this user on this machine. */
export interface Identity {
  /** File of the public key. */
  readonly publicPath: string;
  /** The public key, as it is registered. */
  readonly publicKey: string;
  /** The `IdentityFile` for ssh: the private key, or the public key if an agent holds the private one. */
  readonly path: string;
  /** In the format of OpenSSH and the service. */
  readonly fingerprint: string;
  readonly comment: string;
}

type CreatedKeyListener = (identity: Identity) => Promise<void>;

/** The file name that the official tool uses (API reference section 3.10). */
const officialName = 'id_ed25519_tensorlake';

/** Keys of this user, by name. Files that do not parse as a public key are skipped. */
async function listIdentities(): Promise<readonly Identity[]> {
  const folder = sshFolder();
  const names = existsSync(folder) ? await readdir(folder) : [];
  const read = names.filter(name => name.endsWith('.pub')).map(name => readIdentity(join(folder, name)));
  const found = (await Promise.all(read)).filter(identity => identity !== undefined);
  return found.toSorted((a, b) => a.publicPath.localeCompare(b.publicPath));
}

/**
 * The key to log in with: the one used before, the one of the official tool, the only registered one, or else one that
 * the user picks or creates.
 *
 * @param usedPath file of the public key used before
 * @param registered fingerprints the service knows; empty if it does not report them
 * @param onCreated called with a key that was created
 * @returns undefined when the user backed out
 */
export async function chooseIdentity(
  usedPath: string | undefined,
  registered: ReadonlySet<string>,
  onCreated: CreatedKeyListener,
): Promise<Identity | undefined> {
  const identities = await listIdentities();
  const known = identities.filter(({ fingerprint }) => registered.has(fingerprint));
  const obvious =
    identities.find(({ publicPath }) => publicPath === usedPath) ??
    identities.find(({ publicPath }) => publicPath === officialPath('.pub')) ??
    (known.length === 1 ? known[0] : undefined);
  return obvious ?? (await askIdentity(registered, onCreated));
}

/** Lets the user pick a key, or create one. */
export async function askIdentity(
  registered: ReadonlySet<string>,
  onCreated: CreatedKeyListener,
): Promise<Identity | undefined> {
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
  if (answer.value !== 'new') return answer.value;
  const created = await createIdentity();
  await onCreated(created);
  return created;
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

/** The key in a file; undefined when it cannot be read. */
export async function readIdentity(publicPath: string): Promise<Identity | undefined> {
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
