import { isJsonObject, type JsonObject } from '../kernel/formats/json';
import { parseProfileList, type Profile, type ProfileList } from './profile';

const listMembers: Readonly<Record<keyof ProfileList, true>> = { profiles: true, activeId: true };
const profileMembers: Readonly<Record<keyof Profile, true>> = {
  id: true,
  name: true,
  scope: true,
  trustedHosts: true,
};

/**
 * What to store of a list: with the members that a later version has stored beside those known here, so that going back to
 * this version and on again loses nothing.
 *
 * @param kept what is stored now
 * @param forgotten the id of a profile of which nothing is kept
 */
export function keepingUnknown(kept: unknown, list: ProfileList, forgotten?: string): JsonObject {
  const before =
    isJsonObject(kept) && Array.isArray(kept['profiles']) ? kept['profiles'].filter(isJsonObject) : [];
  return {
    ...(isJsonObject(kept) && unknownOf(kept, listMembers)),
    ...list,
    profiles: list.profiles.map(profile => {
      const known = profile.id === forgotten ? undefined : before.find(({ id }) => id === profile.id);
      return { ...(known && unknownOf(known, profileMembers)), ...profile };
    }),
  };
}

function unknownOf(object: JsonObject, known: object): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !Object.hasOwn(known, name)));
}

/** The list with a profile added, or replaced if its id is already there. */
export function withProfile({ profiles, activeId }: ProfileList, profile: Profile): ProfileList {
  const isKnown = profiles.some(({ id }) => id === profile.id);
  return {
    profiles: isKnown
      ? profiles.map(each => (each.id === profile.id ? profile : each))
      : [...profiles, profile],
    activeId,
  };
}

/** The list without a profile. The default profile is reset instead of removed. */
export function withoutProfile({ profiles, activeId }: ProfileList, id: string): ProfileList {
  return parseProfileList({ profiles: profiles.filter(profile => profile.id !== id), activeId });
}

/** The list after the user let the secret of a profile go to a host. */
export function withTrustedHost(list: ProfileList, id: string, host: string): ProfileList {
  const profile = list.profiles.find(each => each.id === id);
  if (!profile || profile.trustedHosts?.includes(host) === true) return list;
  return withProfile(list, { ...profile, trustedHosts: [...(profile.trustedHosts ?? []), host] });
}
