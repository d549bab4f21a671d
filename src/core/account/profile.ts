import { isJsonObject, textListOf, textOf } from '../kernel/formats/json';

/** Where a personal access token works (API reference section 1.2); an API key has a project of its own. */
export interface ProjectScope {
  readonly organizationId: string;
  readonly organizationName?: string;
  readonly projectId: string;
  readonly projectName?: string;
}

/** The scope that is named with a token; undefined where a part of it is not, and must be asked for. */
export function namedScope({
  organizationId,
  projectId,
}: Partial<Pick<ProjectScope, 'organizationId' | 'projectId'>>): ProjectScope | undefined {
  return organizationId !== undefined && projectId !== undefined ? { organizationId, projectId } : undefined;
}

/** One way to be signed in to a server. Holds no secret. */
export interface Profile {
  readonly id: string;
  /** Its name, as the user chose it. */
  readonly name: string;
  /** Present when its secret is a personal access token. */
  readonly scope?: ProjectScope;
  /** Hosts of other domains than the server's that the user let the secret go to. */
  readonly trustedHosts?: readonly string[];
}

/** The profiles of one server, and the one in use. */
export interface ProfileList {
  readonly profiles: readonly Profile[];
  readonly activeId: string;
}

/** The profile that always exists. */
export const defaultProfileId = 'default';

/** Longest name of a profile. */
export const profileNameMaxLength = 40;

export type ProfileNameRule = 'empty' | 'tooLong' | 'characters' | 'taken';

/**
 * The rule that a name breaks, if any.
 *
 * @param others names it must differ from, whatever their case
 */
export function profileNameViolation(name: string, others: readonly string[]): ProfileNameRule | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'empty';
  if (trimmed.length > profileNameMaxLength) return 'tooLong';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(trimmed)) return 'characters';
  return others.some(other => other.toLowerCase() === trimmed.toLowerCase()) ? 'taken' : undefined;
}

/** Reads a stored list. Entries that cannot be read are left out; the default profile is always included. */
export function parseProfileList(kept: unknown): ProfileList {
  const list =
    isJsonObject(kept) && Array.isArray(kept['profiles']) ? (kept['profiles'] satisfies unknown[]) : [];
  const byId = new Map<string, Profile>([
    [defaultProfileId, { id: defaultProfileId, name: defaultProfileId }],
  ]);
  for (const profile of list.map(parseProfile)) if (profile) byId.set(profile.id, profile);
  const activeId = isJsonObject(kept) ? textOf(kept, 'activeId') : undefined;
  return {
    profiles: [...byId.values()],
    activeId: activeId !== undefined && byId.has(activeId) ? activeId : defaultProfileId,
  };
}

/** The profile in use. */
export function activeProfile({ profiles, activeId }: ProfileList): Profile {
  return profiles.find(({ id }) => id === activeId) ?? { id: defaultProfileId, name: defaultProfileId };
}

function parseProfile(value: unknown): Profile | undefined {
  if (!isJsonObject(value)) return undefined;
  const id = textOf(value, 'id');
  const name = textOf(value, 'name');
  if (id === undefined || name === undefined) return undefined;
  const scope = parseScope(value['scope']);
  const trustedHosts = textListOf(value, 'trustedHosts');
  return { id, name, ...(scope && { scope }), ...(trustedHosts && { trustedHosts }) };
}

function parseScope(value: unknown): ProjectScope | undefined {
  if (!isJsonObject(value)) return undefined;
  const organizationId = textOf(value, 'organizationId');
  const projectId = textOf(value, 'projectId');
  if (organizationId === undefined || projectId === undefined) return undefined;
  const organizationName = textOf(value, 'organizationName');
  const projectName = textOf(value, 'projectName');
  return {
    organizationId,
    projectId,
    ...(organizationName !== undefined && { organizationName }),
    ...(projectName !== undefined && { projectName }),
  };
}
