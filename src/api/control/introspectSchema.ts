import * as z from 'zod/mini';
import { ApiError } from '../../core/kernel/errors';

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
