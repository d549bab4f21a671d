import { hostname } from 'node:os';
import { commands, env, l10n } from 'vscode';
import { ApiError } from '../../core/kernel/errors';
import type { Connection } from '../../host/session/connection';
import { askModal } from '../../host/editor/dialogs/messages';
import { panelCommandIds } from '../../manifest';
import { tildePath } from './configFile';
import type { Identity } from './identity';
import type { SshMemory } from './sshMemory';

/**
 * Fingerprints of the user's registered keys; undefined where the service does not list them: keys belong to a user,
 * and an API key belongs to a project (API reference section 2.19).
 */
export async function registeredKeys({
  accounts,
  session,
  signal,
}: Connection): Promise<ReadonlySet<string> | undefined> {
  if (!session.profile.scope) return undefined;
  try {
    const keys = await accounts.listSshKeys(signal);
    return new Set(
      keys.flatMap(({ fingerprint }) => (fingerprint === undefined ? [] : [opensshForm(fingerprint)])),
    );
  } catch (error) {
    if (ApiError.is(error, 'forbidden', 'notFound')) return undefined;
    throw error;
  }
}

/** Takes back the registration of a key, where keys of the user can be listed. @throws ApiError */
export async function deregister(connection: Connection, fingerprint: string): Promise<void> {
  const { accounts, session, signal } = connection;
  if (!session.profile.scope) return;
  const keys = await accounts.listSshKeys(signal);
  for (const key of keys)
    if (key.fingerprint !== undefined && opensshForm(key.fingerprint) === fingerprint)
      await accounts.deleteSshKey(key.id, signal);
}

/** Some services pad fingerprints as in base64, or omit the name of the hash. */
function opensshForm(fingerprint: string): string {
  const digest = fingerprint.replace(/^SHA256:/i, '').replace(/=+$/, '');
  return `SHA256:${digest}`;
}

/** Outcome of checking whether a key is registered. */
export type Registration = 'registered' | 'another' | 'cancelled';

/** Ensures that a key is registered, as far as that can be checked. */
export async function ensureRegistered(
  memory: SshMemory,
  connection: Connection,
  identity: Identity,
  registered: ReadonlySet<string> | undefined,
): Promise<Registration> {
  if (!registered) return await askIfRegistered(memory, connection, identity);
  if (registered.has(identity.fingerprint)) return 'registered';
  const register = l10n.t('Register');
  const another = anotherKey();
  const chosen = await askModal(
    l10n.t('Register this SSH key with Tensorlake?'),
    l10n.t(
      '{0}\n{1}\n\nWhoever has its private half can then log in to the sandboxes of your projects. "tl sbx ssh keys rm" takes it back.',
      tildePath(identity.publicPath),
      identity.fingerprint,
    ),
    [register, another],
  );
  if (chosen === another) return 'another';
  if (chosen !== register) return 'cancelled';
  // With part of the fingerprint, so that a conflict means that this key is registered, not that its name is taken.
  const name = `${hostname()} ${identity.fingerprint.slice('SHA256:'.length).slice(0, 6)}`;
  try {
    await connection.accounts.addSshKey(name, identity.publicKey, connection.signal);
  } catch (error) {
    if (!ApiError.is(error, 'conflict')) throw error;
  }
  return 'registered';
}

function anotherKey(): string {
  return l10n.t('Another Key…');
}

async function askIfRegistered(
  memory: SshMemory,
  { session }: Connection,
  identity: Identity,
): Promise<Registration> {
  if (memory.registered === identity.fingerprint) return 'registered';
  const itIs = l10n.t('It Is Registered');
  const copy = l10n.t('Copy Public Key');
  const another = anotherKey();
  const addProfile = l10n.t('Add Profile…');
  const why = session.profile.scope
    ? l10n.t('The service does not let the keys of a person be seen or added with this token.')
    : l10n.t(
        'Keys belong to a person: they cannot be seen or added with the API key you are signed in with, but with a personal access token in a profile of its own.',
      );
  for (;;) {
    const chosen = await askModal(
      l10n.t('Is this SSH key registered with Tensorlake?'),
      l10n.t(
        '{0}\n{1}\n\nSandboxes let in the keys that people have registered. {2}\n\n"tl sbx ssh keys add {0}" registers this one.',
        tildePath(identity.publicPath),
        identity.fingerprint,
        why,
      ),
      [itIs, copy, another, ...(session.profile.scope ? [] : [addProfile])],
    );
    if (chosen === copy) {
      await env.clipboard.writeText(identity.publicKey);
      continue;
    }
    if (chosen === another) return 'another';
    if (chosen === addProfile) void commands.executeCommand(panelCommandIds.addProfile);
    if (chosen !== itIs) return 'cancelled';
    await memory.setRegistered(identity.fingerprint);
    return 'registered';
  }
}
