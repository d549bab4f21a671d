/** What is known of the user's SSH configuration. */
export interface ConfigFacts {
  readonly path: string;
  /** Where a link leads; else the same. */
  readonly target: string;
  /** Permission bits. */
  readonly mode: number;
  /** Whether the system says that it, or its folder, cannot be written. */
  readonly isRefused: boolean;
}

/** Why the configuration cannot be changed. */
export type ConfigObstacle =
  /** It is a link to what another program made, which replaces it by its own. */
  { readonly kind: 'managed'; readonly target: string } | { readonly kind: 'readOnly' };

/** Folders whose files are made by a package manager, whatever their permissions. */
const stores = ['/nix/store/', '/gnu/store/'];

/** Why a configuration cannot be changed; undefined when it can. A link to a file of the user's own is followed. */
export function obstacleOf({ path, target, mode, isRefused }: ConfigFacts): ConfigObstacle | undefined {
  if (target !== path && stores.some(store => target.startsWith(store))) return { kind: 'managed', target };
  // For an administrator the system refuses nothing, but the permissions say what is meant.
  return isRefused || (mode & 0o222) === 0 ? { kind: 'readOnly' } : undefined;
}
