import { randomUUID } from 'node:crypto';
import type { Memento } from 'vscode';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import {
  activeProfile,
  defaultProfileId,
  parseProfileList,
  withoutProfile,
  withProfile,
  type Profile,
  type ProfileList,
  type ProjectScope,
} from '../../core/account/profile';

const keyOf = (endpoint: string): string => `tensorlake.profiles:${endpoint}`;

/**
 * Owns the profiles of each server: known to every window, chosen for a workspace. Another window learns of a new one
 * when it next looks.
 */
export class ProfileStore implements DisposableLike {
  private readonly emitter = new Emitter<string>();
  /** What this window works with, so that another window's choice does not change its account under its user's hands. */
  private readonly inUse = new Map<string, string>();
  /** Fires with the endpoint whose profiles, or whose choice, changed in this window. */
  readonly onDidChange: EventLike<string> = this.emitter.event;

  constructor(
    private readonly everywhere: Memento,
    private readonly here: Memento,
  ) {}

  /** The profiles of a server. The one in use is that of the workspace, else of the window, else the one used last anywhere. */
  list(endpoint: string): ProfileList {
    const kept = parseProfileList(this.everywhere.get(keyOf(endpoint)));
    const chosen: unknown = this.here.get(keyOf(endpoint)) ?? this.inUse.get(endpoint);
    const isThere = kept.profiles.some(({ id }) => id === chosen);
    return isThere && typeof chosen === 'string' ? { ...kept, activeId: chosen } : kept;
  }

  active(endpoint: string): Profile {
    return activeProfile(this.list(endpoint));
  }

  /** Keeps a profile in use in this window until its user takes another. */
  hold(endpoint: string, { id }: Profile): void {
    this.inUse.set(endpoint, id);
  }

  /** Adds a profile, or changes the one with its id. */
  async keep(endpoint: string, profile: Profile): Promise<void> {
    await this.write(endpoint, withProfile(this.list(endpoint), profile));
  }

  /** Uses a profile in this workspace, and in workspaces without a choice of their own. */
  async activate(endpoint: string, id: string): Promise<void> {
    this.inUse.set(endpoint, id);
    await this.here.update(keyOf(endpoint), id);
    await this.write(endpoint, { ...this.list(endpoint), activeId: id });
  }

  async remove(endpoint: string, id: string): Promise<void> {
    await this.write(endpoint, withoutProfile(this.list(endpoint), id));
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async write(endpoint: string, list: ProfileList): Promise<void> {
    await this.everywhere.update(keyOf(endpoint), list);
    this.emitter.fire(endpoint);
  }
}

/** A profile that is not kept yet. */
export function newProfile(name: string, scope: ProjectScope | undefined): Profile {
  return { id: randomUUID(), name: name.trim(), ...(scope && { scope }) };
}

/** Under what the secret of a profile is kept. The default profile's is that of the server itself. */
export function secretSlot(endpoint: string, { id }: Pick<Profile, 'id'>): string {
  return id === defaultProfileId ? endpoint : `${endpoint}#${id}`;
}
