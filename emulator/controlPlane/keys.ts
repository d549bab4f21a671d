import { ok, type Reply } from '../http/reply';
import type { Call } from './route';

/** POST /platform/v1/keys/introspect (API reference section 1.5). */
export function introspectKey({ project }: Call): Reply {
  return ok({ id: project.keyId, organizationId: project.organizationId, projectId: project.id });
}
