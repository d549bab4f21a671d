/** A personal access token with the organization and project it is used for (API reference section 1.2). */
interface ScopedCredential {
  readonly token: string;
  readonly organizationId?: string;
  readonly projectId?: string;
}

/** The credential of a request: an API key as plain text, or a token with its scope. */
export type Credential = string | ScopedCredential;

/** Called for each request, so that no copy of the credential is kept. Undefined means signed out. */
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
