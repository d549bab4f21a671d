import { HttpError, notFound, ok, type Reply } from '../../http/reply';
import { organization } from '../../model/account/accounts';
import type { Call, UserCall } from '../wire/route';

/** POST /platform/v1/keys/introspect (API reference section 1.5). */
export function introspectKey({ cloud, access, headers, project }: Call): Reply {
  if (cloud.dialect.introspection === 'unknown') throw notFound('Not Found');
  if (access.caller(headers).kind !== 'key') throw new HttpError(401, 'Invalid API key');
  return ok({ id: project.keyId, organizationId: project.organizationId, projectId: project.id });
}

/** GET /platform/v1/organizations. */
export function listOrganizations(): Reply {
  return ok({ items: [organization] });
}

/** GET /platform/v1/organizations/{organization}/projects. */
export function listProjects({ cloud, param }: UserCall): Reply {
  if (param('organization') !== organization.id) {
    throw new HttpError(403, 'You are not a member of this organization');
  }
  return ok({ items: cloud.projects.map(({ id, name }) => ({ id, name })) });
}

/** GET /platform/v1/organizations/{organization}/projects/{project}. */
export function getProject({ project }: Call): Reply {
  const { id, name, organizationId } = project;
  return ok({ id, name, organizationId, organizationName: organization.name });
}
