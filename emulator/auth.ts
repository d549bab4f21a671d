import { HttpError } from './http/reply';
import type { Cloud } from './model/cloud';
import type { Project } from './model/project';

/** Tells from the `Authorization` header who is calling (API reference section 1.2). */
export class Access {
  private readonly forbidden: ReadonlySet<string>;

  constructor(
    private readonly cloud: Cloud,
    forbiddenKeys: readonly string[],
  ) {
    this.forbidden = new Set(forbiddenKeys);
  }

  /**
   * The project of the caller's key.
   *
   * @throws HttpError 401 without a known key, 403 for a known key that may do nothing
   */
  project(authorization: string | undefined): Project {
    const key = bearer(authorization);
    if (key === undefined) throw new HttpError(401, 'Missing bearer token');
    if (this.forbidden.has(key)) throw new HttpError(403, 'This API key has no permission for sandboxes');
    const project = this.cloud.projectOf(key);
    if (project === undefined) throw new HttpError(401, 'Invalid API key');
    return project;
  }
}

/** The token of a bearer header. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
