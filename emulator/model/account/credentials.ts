import { randomBytes } from 'node:crypto';

/** An API key or a personal access token. */
export interface Credential {
  readonly secret: string;
  /** What the ids of its project or user are made from: the same text means the same project after a restart. */
  readonly identity: string;
}

/**
 * The credentials that were given, or one of this run alone. That one stands for the same project or user in every run, so
 * that a data directory goes on under each new secret.
 *
 * @param prefix of the secret that is made, such as `tl_apiKey_`
 */
export function credentialsOf(given: readonly string[] | undefined, prefix: string): readonly Credential[] {
  if (given !== undefined) return given.map(secret => ({ secret, identity: secret }));
  return [{ secret: prefix + randomBytes(24).toString('base64url'), identity: `${prefix}emulator` }];
}
