import { hostname } from 'node:os';
import { commands, env, l10n } from 'vscode';
import { ApiError } from '../../core/errors';
import type { CommandContext } from '../../commands/commandContext';
import type { Connection } from '../../host/connection';
import { askModal, confirmModal } from '../../host/messages';
import { panelCommandIds } from '../../manifest';
import { tildePath } from './configFile';
import type { Identity } from './identity';
import { SshMemory } from './sshMemory';

/**
 * Fingerprints of the keys the service knows of this user; undefined where it does not tell: keys belong to a person, and
 * an API key is of a project (API reference section 2.19).
 */
export async function registeredKeys({
  accounts,
  session,
  signal,
}: Connection): Promise<ReadonlySet<string> | undefined> {
  if (!session.profile.scope) return undefined;
  try {
    const keys = await accounts.listSshKeys(signal);
    return new Set(keys.map(({ fingerprint }) => fingerprint).filter(print => print !== undefined));
  } catch (error) {
    if (ApiError.is(error, 'forbidden', 'notFound')) return undefined;
    throw error;
  }
}

/**
 * Makes sure that the service knows a key, as far as that can be known.
 *
 * @returns false when the user backed out
 */
export async function ensureRegistered(
  context: CommandContext,
  connection: Connection,
  identity: Identity,
  registered: ReadonlySet<string> | undefined,
): Promise<boolean> {
  if (!registered) return await isSaidToBeRegistered(context, connection, identity);
  if (registered.has(identity.fingerprint)) return true;
  const isAgreed = await confirmModal(
    l10n.t('Register this SSH key with Tensorlake?'),
    l10n.t(
      '{0}\n{1}\n\nWhoever has its private half can then log in to the sandboxes of your projects. "tl sbx ssh keys rm" takes it back.',
      tildePath(identity.publicPath),
      identity.fingerprint,
    ),
    l10n.t('Register'),
  );
  if (!isAgreed) return false;
  // A part of the fingerprint, so that a refused name cannot be taken for a key that is there already.
  const name = `${hostname()} ${identity.fingerprint.slice('SHA256:'.length).slice(0, 6)}`;
  try {
    await connection.accounts.addSshKey(name, identity.publicKey, connection.signal);
  } catch (error) {
    if (!ApiError.is(error, 'conflict')) throw error;
  }
  return true;
}

async function isSaidToBeRegistered(
  { keeping }: CommandContext,
  { session }: Connection,
  identity: Identity,
): Promise<boolean> {
  const memory = new SshMemory(keeping.everywhere, session.endpoint.text);
  if (memory.registered === identity.fingerprint) return true;
  const itIs = l10n.t('It Is Registered');
  const copy = l10n.t('Copy Public Key');
  const addProfile = l10n.t('Add Profile…');
  for (;;) {
    const chosen = await askModal(
      l10n.t('Is this SSH key registered with Tensorlake?'),
      l10n.t(
        '{0}\n{1}\n\nSandboxes let in the keys that people have registered. Keys belong to a person: they cannot be seen or added with the API key you are signed in with. Add this one with "tl sbx ssh keys add {0}", or sign in with a personal access token, in a profile of its own.',
        tildePath(identity.publicPath),
        identity.fingerprint,
      ),
      [itIs, copy, addProfile],
    );
    if (chosen === copy) {
      await env.clipboard.writeText(identity.publicKey);
      continue;
    }
    if (chosen === addProfile) void commands.executeCommand(panelCommandIds.addProfile);
    if (chosen !== itIs) return false;
    await memory.setRegistered(identity.fingerprint);
    return true;
  }
}
