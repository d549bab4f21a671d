import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badRequest, HttpError, notFound, ok, type Reply } from '../../http/reply';
import { newId } from '../../kernel/ids';
import type { SshKeyRecord } from '../../records/catalog';
import type { UserCall } from '../wire/route';

/** POST /platform/v1/users/me/ssh-keys (API reference section 2.19). */
export const sshKeyBody = z.object({ name: z.string().trim().min(1), publicKey: z.string().trim().min(1) });

/** GET /platform/v1/users/me/ssh-keys. */
export function listSshKeys({ user }: UserCall): Reply {
  return ok({ items: user.sshKeys.values().map(sshKeyInfo) });
}

/** POST /platform/v1/users/me/ssh-keys. */
export function addSshKey({ cloud, user, body }: UserCall<unknown, z.output<typeof sshKeyBody>>): Reply {
  const { keyType, blob } = parsePublicKey(body.publicKey);
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  if (user.sshKeys.values().some(key => key.fingerprint === fingerprint)) {
    throw new HttpError(409, `SSH key ${fingerprint} is already registered`);
  }
  const key: SshKeyRecord = {
    id: `ssh_key_${newId()}`,
    userId: user.id,
    createdAtMs: cloud.clock.now(),
    name: body.name,
    keyType,
    publicKey: body.publicKey,
    fingerprint,
  };
  user.sshKeys.add(key);
  cloud.ledger.save('sshKey', key);
  return { status: 201, body: sshKeyInfo(key) };
}

/** DELETE /platform/v1/users/me/ssh-keys/{id}. */
export function deleteSshKey({ cloud, user, param }: UserCall): Reply {
  const key = user.sshKeys.get(param('id'));
  if (key === undefined) throw notFound('SSH key not found');
  user.sshKeys.delete(key);
  cloud.ledger.remove('sshKey', key.id);
  return ok({});
}

/** Takes a line of an OpenSSH public key file apart; the blob repeats the type in front (RFC 4253, section 6.6). */
function parsePublicKey(line: string): { readonly keyType: string; readonly blob: Buffer } {
  const [keyType = '', base64 = ''] = line.split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const inner = blob.subarray(4, 4 + length).toString('latin1');
  if (keyType === '' || inner !== keyType || blob.length <= 4 + length) {
    throw badRequest('publicKey: not an OpenSSH public key');
  }
  return { keyType, blob };
}

function sshKeyInfo({ id, name, keyType, fingerprint, createdAtMs }: SshKeyRecord) {
  const createdAt = new Date(createdAtMs).toISOString();
  return { id, name, keyType, fingerprint, createdAt, lastUsedAt: null };
}
