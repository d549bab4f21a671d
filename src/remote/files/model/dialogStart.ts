/** Where a window and this extension run. */
export interface WindowPlace {
  /** `env.remoteName`: the kind of the remote that the window is connected to, such as `ssh-remote` or `wsl`. */
  readonly remoteName: string | undefined;
  /** Whether this extension runs on the machine of the user, and not on the remote. */
  readonly isExtensionLocal: boolean;
}

/**
 * Whether a file dialog has to be told to begin on the disk of the machine where this extension runs. In a window that
 * is connected to a remote it begins there otherwise; where the extension runs on that remote too, that is the same disk.
 */
export function startsOnOwnDisk({ remoteName, isExtensionLocal }: WindowPlace): boolean {
  return remoteName !== undefined && isExtensionLocal;
}
