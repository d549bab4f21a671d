import type { CreateField } from './createDraft';
import type { CreateSandboxRequest } from './createRequest';

/** A create as words for the official tool, and what of it that has no words for. */
export interface TlCreate {
  readonly words: readonly string[];
  readonly unsaid: readonly CreateField[];
}

/**
 * A create as `tl sbx create` takes it. The tool opens a port and makes it public at once, blocks all of the network or
 * names addresses, and knows no templates, secrets or mounts by id: what differs is left out and told.
 */
export function tlCreate(request: CreateSandboxRequest): TlCreate {
  const { name, image, snapshotId, resources = {}, timeoutSecs, maxPendingSecs, entrypoint = [] } = request;
  const [gpu, ...otherGpus] = resources.gpus ?? [];
  const ports = request.exposedPorts ?? [];
  const isPublic = request.allowUnauthenticatedAccess === true;
  const network = networkWords(request);
  const words = [
    'create',
    ...(name === undefined ? [] : [name]),
    ...option('--image', image),
    ...option('--snapshot', snapshotId),
    ...option('--cpus', resources.cpus),
    ...option('--memory', resources.memoryMb),
    ...option('--disk_mb', resources.diskMb),
    ...(gpu ? [...option('--gpu', gpu.model), ...option('--devices', gpu.count)] : []),
    ...option('--timeout', timeoutSecs),
    ...option('--max-pending-secs', maxPendingSecs),
    // With a sign of equality, since a word of a command may begin with a hyphen.
    ...entrypoint.map(word => `--entrypoint=${word}`),
    ...(network ?? []),
    ...(isPublic ? ports.flatMap(port => option('--expose', port)) : []),
    ...(isPublic && ports.length === 0 ? ['--allow-unauthenticated-access'] : []),
  ];
  const unsaid: readonly (readonly [CreateField, boolean])[] = [
    ['gpus', otherGpus.length > 0],
    ['network', network === undefined],
    ['exposedPorts', ports.length > 0 && !isPublic],
    ['secretNames', (request.secretNames ?? []).length > 0],
    ['fileSystems', (request.fileSystems ?? []).length > 0],
    ['templateId', request.templateId !== undefined],
  ];
  return { words, unsaid: unsaid.flatMap(([field, isUnsaid]) => (isUnsaid ? [field] : [])) };
}

/** Undefined for a policy that the tool cannot ask for. */
function networkWords({ network }: CreateSandboxRequest): readonly string[] | undefined {
  if (!network) return [];
  const { allowInternetAccess, allowOut, denyOut } = network;
  const hasLists = allowOut.length + denyOut.length > 0;
  if (!allowInternetAccess) return hasLists ? undefined : ['--no-internet'];
  return [
    ...allowOut.flatMap(address => option('--network-allow', address)),
    ...denyOut.flatMap(address => option('--network-deny', address)),
  ];
}

function option(flag: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [flag, String(value)];
}
