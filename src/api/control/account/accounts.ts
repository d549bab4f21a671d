import * as z from 'zod/mini';
import { ApiError } from '../../../core/kernel/errors';
import { isJsonObject, listOf, textOf } from '../../../core/kernel/formats/json';
import type { ApiCall, ApiClient } from '../../http/client';
import { parseAnswer } from '../../http/bodies/longJson';
import { readableInTurns } from '../../http/turns';

/** An organization or a project. */
export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** A public key that may log in to the user's sandboxes (API reference section 2.19). */
export interface SshKey {
  readonly id: string;
  readonly name: string;
  readonly fingerprint?: string;
}

/**
 * What belongs to a person rather than to a project. All but `introspect` needs a personal access token (API reference
 * sections 1.5 and 2.19). Rejects with ApiError; `forbidden` or `unauthenticated` for an API key, `notFound` from a server
 * without accounts.
 */
export class Accounts {
  constructor(private readonly client: ApiClient) {}

  /** `GET /platform/v1/organizations`. */
  async listOrganizations(signal: AbortSignal): Promise<readonly NamedThing[]> {
    return await this.list('/platform/v1/organizations', readNamed, signal);
  }

  /** `GET /platform/v1/organizations/{organization}/projects`. */
  async listProjects(organizationId: string, signal: AbortSignal): Promise<readonly NamedThing[]> {
    const path = `/platform/v1/organizations/${encodeURIComponent(organizationId)}/projects`;
    return await this.list(path, readNamed, signal);
  }

  /** `GET /platform/v1/users/me/ssh-keys`. */
  async listSshKeys(signal: AbortSignal): Promise<readonly SshKey[]> {
    return await this.list(sshKeysPath, readSshKey, signal);
  }

  /** `POST /platform/v1/users/me/ssh-keys`; `conflict` for a key that is registered already. */
  async addSshKey(name: string, publicKey: string, signal: AbortSignal): Promise<void> {
    const body = { name, publicKey };
    await this.client.send({ method: 'POST', path: sshKeysPath, body, signal, isIdempotent: false });
  }

  /** `DELETE /platform/v1/users/me/ssh-keys/{id}`; one that is gone counts as deleted. */
  async deleteSshKey(id: string, signal: AbortSignal): Promise<void> {
    await this.client.send({
      method: 'DELETE',
      path: `${sshKeysPath}/${encodeURIComponent(id)}`,
      signal,
      isIdempotent: true,
      accepts: ({ status }) => status === 404,
    });
  }

  /** `POST /platform/v1/keys/introspect` (section 1.5), for an API key too; undefined on a server that does not know it. */
  async introspect(signal: AbortSignal): Promise<KeyIdentity | undefined> {
    const response = await this.client.send({
      method: 'POST',
      path: '/platform/v1/keys/introspect',
      signal,
      isIdempotent: true,
      accepts: ({ status }) => status === 404,
    });
    return response.status === 404 ? undefined : readKeyIdentity(await parseAnswer(response.text));
  }

  private async list<T>(
    path: string,
    read: (item: unknown) => T | undefined,
    signal: AbortSignal,
  ): Promise<readonly T[]> {
    const call: ApiCall = { method: 'GET', path, signal, isIdempotent: true };
    const body = await parseAnswer((await this.client.send(call)).text);
    const items = isJsonObject(body) ? listOf(body, 'items') : undefined;
    if (items === undefined) throw new ApiError('schema', 'The answer holds no list of items');
    return await readableInTurns(items, read);
  }
}

const sshKeysPath = '/platform/v1/users/me/ssh-keys';

function readNamed(item: unknown): NamedThing | undefined {
  if (!isJsonObject(item)) return undefined;
  const id = textOf(item, 'id');
  return id === undefined ? undefined : { id, name: textOf(item, 'name') ?? id };
}

function readSshKey(item: unknown): SshKey | undefined {
  const named = readNamed(item);
  const fingerprint = isJsonObject(item) ? textOf(item, 'fingerprint') : undefined;
  return named && { ...named, ...(fingerprint !== undefined && { fingerprint }) };
}

/** Whom a key belongs to (API reference section 1.5). */
export interface KeyIdentity {
  readonly id: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

const text = z.catch(z.nullish(z.string()), undefined);

const identitySchema = z.object({ id: z.string(), organizationId: text, projectId: text });

/**
 * Reads the answer of `POST /platform/v1/keys/introspect`.
 *
 * @throws ApiError of kind `schema` when it has no id
 *
 * @internal
 */
export function readKeyIdentity(body: unknown): KeyIdentity {
  const answer = identitySchema.safeParse(body);
  if (!answer.success) throw new ApiError('schema', 'The answer does not describe a key');
  const { id, organizationId, projectId } = answer.data;
  // Empty and null both mean unknown.
  return {
    id,
    organizationId: organizationId === '' ? undefined : (organizationId ?? undefined),
    projectId: projectId === '' ? undefined : (projectId ?? undefined),
  };
}
