import type { Creation, FollowCreation } from '../../app/features';
import { inBackground } from '../../core/kernel/unexpected';
import { readSetting } from '../../host/editor/settings';

/** The service that does what the user wants with sandboxes made here. */
export interface AfterCreationServices {
  readonly followCreation: FollowCreation;
}

/** Begins what the user has chosen for sandboxes made here, and waits for nothing of it. */
export function followMade({ followCreation }: AfterCreationServices, creation: Creation): void {
  const isAsked =
    readSetting('tensorlake.create.setUp').trim() !== '' ||
    readSetting('tensorlake.create.then') !== 'nothing';
  // What reaches into sandboxes is loaded when somebody wants it.
  if (isAsked && creation.made.length > 0) inBackground(followCreation(creation));
}
