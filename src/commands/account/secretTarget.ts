import type { ProjectScope } from '../../core/account/profile';
import type { Endpoint } from '../../core/account/endpoint';
import type { Credential } from '../../api/http/credential';
import type { Connections } from '../../host/session/connection';
import type { Services } from '../../host/session/openServices';

/** What the user signs in with: a project's API key, or a personal access token with its organization and project. */
export interface CheckedSecret {
  readonly secret: string;
  readonly scope?: ProjectScope;
}

/** A server that a secret is checked against. */
export interface SecretTarget {
  readonly endpoint: Endpoint;
  readonly connections: Pick<Connections, 'openServices' | 'networkOptions'>;
}

/** Connects with a secret that is not stored yet, or with none. */
export async function withServices<T>(
  { endpoint, connections }: SecretTarget,
  secret: Credential | undefined,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  const credential = (): Promise<Credential | undefined> => Promise.resolve(secret);
  const services = await connections.openServices({ endpoint, credential });
  try {
    return await use(services);
  } finally {
    services.dispose();
  }
}
