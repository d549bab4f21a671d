import { l10n } from 'vscode';
import type { CreateSandboxRequest } from '../core/createRequest';
import type { SandboxSnapshot } from '../core/snapshot';
import { withViewProgress } from '../host/progress';
import type { CommandContext } from './commandContext';
import { createAndFind } from './createAndFind';
import { askCreateRequest, quickDefaults } from './createQuestions';
import { refuseInvalid } from './createRefusal';

/** How the wizard starts. */
export interface CreateWizardOptions {
  /** What is restored, so that the wizard knows what the snapshot fixes; found by `snapshotId` when absent. */
  readonly snapshot?: SandboxSnapshot;
  readonly title?: string;
}

/**
 * Opens the create wizard with a request filled in, creates what it ends with and selects it in the view.
 *
 * @returns ids of what was created; `undefined` when the user backed out
 */
export async function openCreateWizard(
  context: CommandContext,
  start: CreateSandboxRequest,
  options: CreateWizardOptions = {},
): Promise<readonly string[] | undefined> {
  const connection = await context.connections.require();
  const wanted = await askCreateRequest(
    context,
    {
      name: start.name,
      image: start.image,
      cpus: start.resources?.cpus ?? quickDefaults.cpus,
      memoryMb: start.resources?.memoryMb ?? quickDefaults.memoryMb,
      timeoutSecs: start.timeoutSecs ?? quickDefaults.timeoutSecs,
    },
    options.title ?? l10n.t('New Sandbox'),
  );
  if (!wanted) return undefined;
  const { name, image, cpus, memoryMb, timeoutSecs } = wanted;
  const isRestore = start.snapshotId !== undefined;
  const request: CreateSandboxRequest = {
    ...start,
    name,
    image: isRestore ? undefined : image,
    resources: isRestore ? start.resources : { ...start.resources, cpus, memoryMb },
    timeoutSecs,
    wait: false,
  };
  refuseInvalid(context, request);
  const id = await withViewProgress(async () => await createAndFind(context, connection, request));
  await context.view.reveal(id);
  return [id];
}

/** Opens the wizard for a sandbox restored from a snapshot. */
export async function openRestoreWizard(
  context: CommandContext,
  snapshot: SandboxSnapshot,
): Promise<readonly string[] | undefined> {
  return await openCreateWizard(
    context,
    { snapshotId: snapshot.id },
    { snapshot, title: l10n.t('Restore from Snapshot') },
  );
}
