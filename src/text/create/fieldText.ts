import { l10n } from 'vscode';
import {
  type CreateDraft,
  type CreateField,
  createFields,
  lockedFields,
} from '../../core/create/createDraft';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import { formatGpus } from '../../core/create/gpuList';
import { type FileSystemMount, hasLifetime, type NetworkPolicy } from '../../core/sandbox/sandbox';
import { listText } from '../kit/listText';
import { plainText, separator } from '../kit/plainText';
import { idleSpan, mebibytes, timeoutSpan } from '../kit/units';
import { timeoutTitle } from '../sandbox/sandboxFields';
import { defaultImage } from '../sandbox/stateText';
import { snapshotKind } from '../snapshots';

/** The title of a field of a new sandbox. @param server the server that is asked, if it is known */
export function fieldTitle(field: CreateField, server?: CreateDraft['server']): string {
  switch (field) {
    case 'name':
      return l10n.t('Name');
    case 'count':
      return l10n.t('How many');
    case 'image':
      return l10n.t('Image');
    case 'entrypoint':
      return l10n.t('Entrypoint');
    case 'secretNames':
      return l10n.t('Secrets');
    case 'cpus':
      return l10n.t('CPUs');
    case 'memoryMb':
      return l10n.t('Memory');
    case 'diskMb':
      return l10n.t('Disk');
    case 'gpus':
      return l10n.t('GPUs');
    case 'timeoutSecs':
      return timeoutTitle({ server });
    case 'maxPendingSecs':
      return l10n.t('Longest wait for capacity');
    case 'network':
      return l10n.t('Internet access');
    case 'exposedPorts':
      return l10n.t('Exposed ports');
    case 'allowUnauthenticatedAccess':
      return l10n.t('Access to ports');
    case 'fileSystems':
      return l10n.t('File systems');
    case 'snapshotId':
      return l10n.t('Snapshot');
    case 'templateId':
      return l10n.t('Template');
  }
}

/** The value of a field of a draft; for a field that is not set, who decides it. */
export function fieldValue(field: CreateField, draft: CreateDraft): string {
  const { request, count } = draft;
  const { cpus, memoryMb, diskMb, gpus } = request.resources ?? {};
  const unset =
    request.snapshotId === undefined ? l10n.t('the service decides') : l10n.t('as in the snapshot');
  switch (field) {
    case 'name':
      return nameWords(draft);
    case 'count':
      return String(count);
    case 'image':
      if (request.snapshotId !== undefined) return unset;
      // The open-source server has a default of its own, which its administrator may set.
      return plainText(request.image ?? (draft.server === 'openSource' ? unset : defaultImage));
    case 'entrypoint':
      if (request.entrypoint && request.entrypoint.length > 0) return wordList(request.entrypoint);
      return request.snapshotId === undefined ? l10n.t('as in the image') : unset;
    case 'secretNames':
      return listOr(request.secretNames, l10n.t('none'));
    case 'cpus':
      return cpus === undefined ? unset : String(cpus);
    case 'memoryMb':
      return memoryMb === undefined ? unset : mebibytes(memoryMb);
    case 'diskMb':
      return diskMb === undefined ? unset : mebibytes(diskMb);
    case 'gpus':
      return gpus === undefined || gpus.length === 0 ? l10n.t('none') : plainText(formatGpus(gpus));
    case 'timeoutSecs':
      return atTimeout(draft);
    case 'maxPendingSecs':
      return pendingWords(request.maxPendingSecs);
    case 'network':
      return networkWords(request.network);
    case 'exposedPorts':
      return listOr(request.exposedPorts?.map(String), l10n.t('none'));
    case 'allowUnauthenticatedAccess':
      return accessWords(request);
    case 'fileSystems':
      return listOr(request.fileSystems?.map(mountWords), l10n.t('none'));
    case 'snapshotId':
      return request.snapshotId === undefined ? l10n.t('none') : snapshotWords(draft);
    case 'templateId':
      return plainText(request.templateId ?? l10n.t('none'));
  }
}

/** Why a field cannot be changed, or undefined where it can. */
export function lockReason(field: CreateField, draft: CreateDraft): string | undefined {
  if (!lockedFields(draft).has(field)) return undefined;
  return draft.snapshot?.type === 'memory'
    ? l10n.t('as in the memory snapshot, which goes on where it was')
    : l10n.t('as in the snapshot, which is of this image');
}

/** The fields for a summary of a draft: those that are set, and a few that always matter. */
export function saidFields({ request, count }: CreateDraft): readonly CreateField[] {
  const { resources, ...rest } = request;
  const values: Readonly<Partial<Record<string, unknown>>> = { ...rest, ...resources };
  const isFresh = request.snapshotId === undefined;
  const always: readonly CreateField[] = isFresh ? ['name', 'image', 'timeoutSecs'] : ['name', 'timeoutSecs'];
  return createFields.filter(field => {
    if (field === 'count') return count > 1;
    const value = values[field];
    const isSaid = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
    return isSaid || always.includes(field);
  });
}

function nameWords({ request: { name }, server }: CreateDraft): string {
  if (server === 'openSource')
    return name === undefined
      ? l10n.t('none')
      : l10n.t('{0} (this server does not keep it)', plainText(name));
  return name === undefined ? l10n.t('none: ephemeral, ends for good when idle') : plainText(name);
}

/** What happens when the sandbox is idle for its timeout, or when its lifetime is over. */
export function atTimeout({ request, count, server }: CreateDraft): string {
  const { name, timeoutSecs } = request;
  if (hasLifetime({ server })) {
    if (timeoutSecs === undefined) return l10n.t("ends after the server's own lifetime");
    return timeoutSecs === 0
      ? l10n.t('no limit: runs until it is terminated')
      : l10n.t('ends {0} after its creation', timeoutSpan(timeoutSecs));
  }
  const isNamed = name !== undefined;
  if (timeoutSecs === undefined)
    return isNamed
      ? l10n.t("suspends after the service's own idle time")
      : l10n.t("ends after the service's own idle time");
  const idle = idleSpan(timeoutSecs);
  if (!isNamed) return l10n.t('ends after {0} idle', idle);
  return count > 1 ? l10n.t('each suspends after {0} idle', idle) : l10n.t('suspends after {0} idle', idle);
}

/** How long a sandbox may wait for capacity. */
export function pendingWords(seconds: number | undefined): string {
  if (seconds === undefined) return l10n.t('the service decides');
  return seconds === 0
    ? l10n.t('none: fails at once without a free place')
    : l10n.t('{0}, then it fails', timeoutSpan(seconds));
}

/** What a sandbox may reach (API reference section 5, "Network rules"). */
function networkWords(policy: NetworkPolicy | undefined): string {
  if (!policy) return l10n.t('open');
  const { allowInternetAccess, allowOut, denyOut } = policy;
  const except = denyOut.length === 0 ? undefined : l10n.t('never {0}', listOr(denyOut, ''));
  if (allowOut.length > 0) {
    const only = allowInternetAccess
      ? l10n.t('only {0}', listOr(allowOut, ''))
      : l10n.t('only {0}, without DNS of its own', listOr(allowOut, ''));
    return [only, except].filter(part => part !== undefined).join(separator);
  }
  if (!allowInternetAccess) return l10n.t('none, not even DNS');
  return except === undefined ? l10n.t('open') : l10n.t('all but {0}', listOr(denyOut, ''));
}

/** Who can reach exposed ports. */
function accessWords({ exposedPorts = [], allowUnauthenticatedAccess }: CreateSandboxRequest): string {
  if (allowUnauthenticatedAccess !== true) return l10n.t('with an API key only');
  return exposedPorts.length === 0
    ? l10n.t('public: anyone on the internet, once a port is exposed')
    : l10n.t('public: anyone on the internet reaches {0}', listText(exposedPorts));
}

/** A file system, with where and how it is mounted. */
export function mountWords({
  fileSystemId,
  mountPath,
  readOnly,
  prefetch,
  snapshotId,
}: FileSystemMount): string {
  const ways = [
    ...(readOnly ? [l10n.t('read-only')] : []),
    ...(prefetch ? [l10n.t('prefetched')] : []),
    ...(snapshotId === undefined ? [] : [l10n.t('pinned to {0}', plainText(snapshotId, 40))]),
  ];
  const place = l10n.t('{0} at {1}', plainText(fileSystemId, 60), plainText(mountPath, 80));
  return ways.length === 0 ? place : `${place} (${ways.join(', ')})`;
}

/** The words of a command line as a list: `["npm", "start"]`. */
export function wordList(words: readonly string[]): string {
  return plainText(`[${words.map(word => JSON.stringify(word)).join(', ')}]`);
}

function snapshotWords({ request, snapshot }: CreateDraft): string {
  const id = plainText(request.snapshotId ?? '', 40);
  return snapshot === undefined ? id : [id, snapshotKind(snapshot.type)].join(separator);
}

function listOr(list: readonly string[] | undefined, none: string): string {
  return list === undefined || list.length === 0 ? none : plainText(listText(list));
}
