import { rm } from 'node:fs/promises';
import { l10n } from 'vscode';
import type { Connection } from '../../host/session/connection';
import type { MementoLike } from '../../host/storage/mementos/mementoLike';
import { UserError } from '../../text/kit/failureText';
import { tildePath } from './configFile';
import { readIdentity, type Identity } from './identity';
import { deregister } from './registration';

/** Beginning of the keys of the storage that name the SSH keys which the extension created. */
export const createdKeyPrefix = 'tensorlake.ssh.created:';

/** Notes that the extension created a key: one in a file of the same name may be of the official tool. */
export async function noteCreated(
  memento: MementoLike,
  { publicPath, fingerprint }: Identity,
): Promise<void> {
  await memento.update(createdKeyPrefix + publicPath, fingerprint);
}

/** The keys that the extension created, as far as they are still there. */
export async function createdKeys(memento: MementoLike): Promise<readonly Identity[]> {
  const paths = memento.keys().filter(key => key.startsWith(createdKeyPrefix));
  const found = await Promise.all(
    paths.map(async key => {
      const identity = await readIdentity(key.slice(createdKeyPrefix.length));
      return identity?.fingerprint === memento.get(key) ? identity : undefined;
    }),
  );
  return found.filter(identity => identity !== undefined);
}

/**
 * Deletes a key of this machine, and its registration with the service where the user is signed in with an access token.
 *
 * @throws UserError when it stays registered
 */
export async function deleteKey(identity: Identity, connection: Connection | undefined): Promise<void> {
  const { publicPath, path, fingerprint } = identity;
  for (const file of new Set([path, publicPath])) await rm(file, { force: true });
  try {
    if (connection) await deregister(connection, fingerprint);
  } catch {
    throw new UserError(
      l10n.t(
        '{0} was deleted, but stays registered with Tensorlake. "tl sbx ssh keys rm" takes it back: {1}',
        tildePath(path),
        fingerprint,
      ),
    );
  }
}
