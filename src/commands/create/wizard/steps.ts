import { l10n } from 'vscode';
import { withSnapshot, type CreateField } from '../../../core/create/createDraft';
import type { SandboxSnapshot } from '../../../core/snapshots/snapshot';
import { fieldTitle } from '../../../text/create/fieldText';
import { askPick, linesOf } from '../../../host/editor/dialogs/quickPick';
import { mapAnswer } from '../../../host/editor/dialogs/quickInput';
import { askMounts } from '../../change/questions/askMounts';
import { accessStep, gpuStep, imageStep, secretsStep, templateStep } from './pickedFields';
import { createNow, type CreateStep } from './step';
import { typedStep } from './typedFields';
import { askNetwork } from '../../change/questions/askNetwork';
import { newestFirst, restorable, snapshotItems } from '../../snapshots/snapshotTargets';

const networkStep: CreateStep = async ({ title }, draft) => {
  const answer = await askNetwork(`${title}: ${fieldTitle('network')}`, draft.request.network, {
    finish: createNow(),
  });
  return mapAnswer(answer, network => ({ ...draft, request: { ...draft.request, network } }));
};

const mountsStep: CreateStep = async ({ connection, title }, draft) => {
  const heading = `${title}: ${fieldTitle('fileSystems')}`;
  const answer = await askMounts(connection, heading, draft.request.fileSystems ?? []);
  return mapAnswer(answer, mounts => ({
    ...draft,
    request: { ...draft.request, fileSystems: mounts.length === 0 ? undefined : mounts },
  }));
};

/** The snapshot to restore. Another choice removes the values that the last one fixed. */
const snapshotStep: CreateStep = async ({ context, connection, title }, draft) => {
  const { snapshots, signal } = connection;
  const answer = await askPick<SandboxSnapshot | undefined>({
    title: `${title}: ${fieldTitle('snapshotId')}`,
    placeholder: l10n.t('Restore from a snapshot, or start afresh from an image?'),
    hasBack: true,
    finish: createNow(),
    items: [{ label: l10n.t('None'), description: l10n.t('starts from an image'), answer: undefined }],
    more: linesOf(
      snapshots.list(signal).then(listing => ({
        entries: restorable(listing.snapshots),
        isCut: listing.isCut || listing.isTruncated,
      })),
      found => snapshotItems(context, newestFirst(found)),
    ),
  });
  return mapAnswer(answer, snapshot => withSnapshot(draft, snapshot));
};

/** The step that asks for each field. */
export const createSteps: Readonly<Record<CreateField, CreateStep>> = {
  name: typedStep('name'),
  count: typedStep('count'),
  image: imageStep,
  entrypoint: typedStep('entrypoint'),
  secretNames: secretsStep,
  cpus: typedStep('cpus'),
  memoryMb: typedStep('memoryMb'),
  diskMb: typedStep('diskMb'),
  gpus: gpuStep,
  timeoutSecs: typedStep('timeoutSecs'),
  maxPendingSecs: typedStep('maxPendingSecs'),
  network: networkStep,
  exposedPorts: typedStep('exposedPorts'),
  allowUnauthenticatedAccess: accessStep,
  fileSystems: mountsStep,
  snapshotId: snapshotStep,
  templateId: templateStep,
};
