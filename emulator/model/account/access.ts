import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../../http/reply';
import { organization, type User } from './accounts';
import type { Cloud } from '../cloud';
import type { Project } from '../project';

/** Who is calling: an API key stands for a project, a personal access token for a person. */
export type Caller =
  { readonly kind: 'key'; readonly project: Project } | { readonly kind: 'user'; readonly user: User };

/** The organization and project a request names, in its path, its query or its forwarded headers. */
export interface NamedScope {
  readonly organizationId?: string;
  readonly projectId?: string;
  /** Of the path, which counts only where namespaces are projects. */
  readonly namespace?: string;
}

/** Identifies the caller and the project from the headers (API reference section 1.2). */
export class Access {
  private readonly forbidden: ReadonlySet<string>;

  constructor(
    private readonly cloud: Cloud,
    forbiddenKeys: readonly string[],
  ) {
    this.forbidden = new Set(forbiddenKeys);
  }

  /** @throws HttpError 401 without a known credential, 403 for a key without any permission */
  caller({ authorization }: IncomingHttpHeaders): Caller {
    const token = bearer(authorization);
    if (token === undefined) throw new HttpError(401, 'Missing bearer token');
    if (this.forbidden.has(token)) throw new HttpError(403, 'This API key has no permission for sandboxes');
    const project = this.cloud.projectOf(token);
    if (project !== undefined) return { kind: 'key', project };
    const user = this.cloud.accounts.userOf(token);
    if (user !== undefined) return { kind: 'user', user };
    throw new HttpError(401, 'Invalid API key');
  }

  /**
   * The project a request is about: that of an API key, or the one a personal access token comes with in
   * `X-Forwarded-Organization-Id` and `X-Forwarded-Project-Id`. What `named` holds takes precedence over the headers.
   *
   * @throws HttpError 403 when a token names none, or the caller names one of others: a key sent along with the
   * ids of another project is refused as well (API reference section 6, point 35)
   */
  project(headers: IncomingHttpHeaders, named: NamedScope = {}): Project {
    // The open-source server looks at no key; what is asked for is in the path.
    if (this.cloud.dialect.surface === 'openSource')
      return this.cloud.namespace(named.namespace ?? 'default');
    const caller = this.caller(headers);
    const organizationId = named.organizationId ?? single(headers['x-forwarded-organization-id']);
    const projectId = named.projectId ?? single(headers['x-forwarded-project-id']);
    if (caller.kind === 'key') {
      const { project } = caller;
      if (
        (organizationId ?? organization.id) !== organization.id ||
        (projectId ?? project.id) !== project.id
      ) {
        throw new HttpError(403, 'The API key does not belong to this organization and project');
      }
      return project;
    }
    if (organizationId === undefined || projectId === undefined) {
      throw new HttpError(
        403,
        'A personal access token needs X-Forwarded-Organization-Id and X-Forwarded-Project-Id',
      );
    }
    const project = organizationId === organization.id ? this.cloud.projectById(projectId) : undefined;
    if (project === undefined) throw new HttpError(403, 'You are not a member of this project');
    return project;
  }

  /** @throws HttpError 403 for an API key, which stands for no person */
  user(headers: IncomingHttpHeaders): User {
    const caller = this.caller(headers);
    if (caller.kind === 'user') return caller.user;
    throw new HttpError(403, 'This needs a personal access token; an API key belongs to a project');
  }
}

/** The token of a bearer header. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** A header as one text; an empty one counts as absent. */
function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
