/** A personal access token with the organization and project it is used for (API reference section 1.2). */
interface ScopedCredential {
  readonly token: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** What a request is made with: an API key as plain text, or a token with its scope. */
export type Credential = string | ScopedCredential;

/** Asked at each request, so that no copy outlives it. Undefined means signed out. */
export type CredentialSource = () => Promise<Credential | undefined> | Credential | undefined;

/** The secret part of a credential; undefined when there is none. */
export function tokenOf(credential: Credential | undefined): string | undefined {
  const token = (typeof credential === 'string' ? credential : credential?.token)?.trim();
  return token === '' ? undefined : token;
}

/** The headers that name organization and project; none for an API key, which has a project of its own. */
export function scopeHeaders(credential: Credential | undefined): Record<string, string> {
  if (credential === undefined || typeof credential === 'string') return {};
  const { organizationId, projectId } = credential;
  return {
    ...(organizationId !== undefined && { 'x-forwarded-organization-id': organizationId }),
    ...(projectId !== undefined && { 'x-forwarded-project-id': projectId }),
  };
}
