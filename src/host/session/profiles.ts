import { randomUUID } from 'node:crypto';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import {
  activeProfile,
  defaultProfileId,
  parseProfileList,
  type Profile,
  type ProfileList,
  type ProjectScope,
} from '../../core/account/profile';
import type * as profileEdits from '../../core/account/profileEdits';
import type { MementoLike, SharedMementoLike } from '../storage/mementos/mementoLike';

/** Beginning of the keys of the storage that hold profiles, and which one a workspace uses. */
export const profileKeyPrefix = 'tensorlake.profiles:';

const keyOf = (endpoint: string): string => profileKeyPrefix + endpoint;

/**
 * The profiles of each server. All windows share them; each workspace chooses its own. Another window sees a new profile
 * when it next reads them.
 */
export class ProfileStore implements DisposableLike {
  private readonly emitter = new Emitter<string>();
  /** The profiles that this window uses, so that a choice in another window does not change its account. */
  private readonly inUse = new Map<string, string>();
  /** Fires with the endpoint whose profiles, or whose choice, changed in this window. */
  readonly onDidChange: EventLike<string> = this.emitter.event;

  constructor(
    private readonly global: SharedMementoLike,
    private readonly workspace: MementoLike,
  ) {}

  /** The profiles of a server. The active one is that of the workspace, else of this window, else the last that any window activated. */
  list(endpoint: string): ProfileList {
    const kept = parseProfileList(this.global.get(keyOf(endpoint)));
    const chosen: unknown = this.workspace.get(keyOf(endpoint)) ?? this.inUse.get(endpoint);
    const isThere = kept.profiles.some(({ id }) => id === chosen);
    return isThere && typeof chosen === 'string' ? { ...kept, activeId: chosen } : kept;
  }

  active(endpoint: string): Profile {
    return activeProfile(this.list(endpoint));
  }

  /** Keeps a profile in use in this window until the user switches. */
  hold(endpoint: string, { id }: Profile): void {
    this.inUse.set(endpoint, id);
  }

  /** Adds a profile, or changes the one with its id. */
  async keep(endpoint: string, profile: Profile): Promise<void> {
    await this.change(
      endpoint,
      ({ withProfile }) =>
        list =>
          withProfile(list, profile),
    );
  }

  /** Uses a profile in this workspace, and in workspaces without a choice of their own. */
  async activate(endpoint: string, id: string): Promise<void> {
    this.inUse.set(endpoint, id);
    await this.workspace.update(keyOf(endpoint), id);
    await this.change(endpoint, () => list => ({ ...list, activeId: id }));
  }

  /** Whether the user let the secret of a profile go to a host that does not belong to the server. */
  trusts(endpoint: string, id: string, host: string): boolean {
    const profile = this.list(endpoint).profiles.find(each => each.id === id);
    return profile?.trustedHosts?.includes(host) ?? false;
  }

  /** Lets the secret of a profile go to a host. Forgotten with the profile. */
  async trust(endpoint: string, id: string, host: string): Promise<void> {
    await this.change(
      endpoint,
      ({ withTrustedHost }) =>
        list =>
          withTrustedHost(list, id, host),
    );
  }

  async remove(endpoint: string, id: string): Promise<void> {
    await this.change(
      endpoint,
      ({ withoutProfile }) =>
        list =>
          withoutProfile(list, id),
      id,
    );
  }

  /** Names of the profiles of all servers, but for the default ones. */
  names(): readonly string[] {
    return this.all().flatMap(({ profiles }) =>
      profiles.filter(({ id }) => id !== defaultProfileId).map(({ name }) => name),
    );
  }

  /** Where the secrets of all profiles of all servers are stored. */
  secretSlots(): readonly string[] {
    return this.all().flatMap(({ endpoint, profiles }) =>
      profiles.map(profile => secretSlot(endpoint, profile)),
    );
  }

  /** Forgets which profiles this window uses. The storage is emptied by its owner. */
  forgetAll(): void {
    this.inUse.clear();
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private all(): readonly (ProfileList & { readonly endpoint: string })[] {
    return this.global
      .keys()
      .filter(key => key.startsWith(profileKeyPrefix))
      .map(key => ({
        ...parseProfileList(this.global.get(key)),
        endpoint: key.slice(profileKeyPrefix.length),
      }));
  }

  /**
   * What changes profiles is loaded when they are changed.
   *
   * @param forgotten the id of a profile that is removed with all that is stored of it
   */
  private async change(
    endpoint: string,
    edit: (edits: typeof profileEdits) => (list: ProfileList) => ProfileList,
    forgotten?: string,
  ): Promise<void> {
    const edits = await import('../../core/account/profileEdits');
    const change = edit(edits);
    await this.global.change(keyOf(endpoint), current =>
      edits.keepingUnknown(current, change(parseProfileList(current)), forgotten),
    );
    this.emitter.fire(endpoint);
  }
}

/** Makes a profile, which is not stored yet. */
export function newProfile(name: string, scope: ProjectScope | undefined): Profile {
  return { id: randomUUID(), name: name.trim(), ...(scope && { scope }) };
}

/** The name under which the secret of a profile is stored; for the default profile it is the endpoint. */
export function secretSlot(endpoint: string, { id }: Pick<Profile, 'id'>): string {
  return id === defaultProfileId ? endpoint : `${endpoint}#${id}`;
}
