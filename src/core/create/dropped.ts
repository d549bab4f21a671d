import { normalPath } from '../sandbox/rules';
import type { Sandbox } from '../sandbox/sandbox';
import type { CreateField } from './createDraft';
import type { CreateSandboxRequest } from './createRequest';

/** How far below what was asked for a size may be by rounding, in MiB (API reference section 8.2). */
const roundingMb = 128;

/** A field that a server accepted and did not take; `got` is what the sandbox has instead, where it has a number. */
export interface Dropped {
  readonly field: CreateField;
  readonly asked?: number;
  readonly got?: number;
}

/**
 * What of a create is not in the sandbox that it made, though the server refused nothing: the open-source server drops
 * members that it does not know (docs/reliability.md, "Another server"). What a server adds, rounds or does not report is
 * not counted; of the open-source one it is known what it never takes.
 */
export function droppedOf(request: CreateSandboxRequest, sandbox: Sandbox): readonly Dropped[] {
  const { resources = {}, network, exposedPorts = [], fileSystems = [] } = request;
  const { resources: got, networkPolicy } = sandbox;
  const isOpenSource = sandbox.server === 'openSource';
  const reports = (...members: string[]): boolean => members.some(member => member in sandbox.raw);
  const neverTaken = (value: unknown): boolean => isOpenSource && value !== undefined;
  const mounted = new Set(sandbox.fileSystems.map(({ mountPath }) => normalPath(mountPath)));
  const gaps: readonly (Dropped | false | undefined)[] = [
    request.name !== undefined && sandbox.name === undefined && { field: 'name' },
    request.secretNames?.length !== 0 && neverTaken(request.secretNames) && { field: 'secretNames' },
    less('cpus', resources.cpus, got.cpus, 0),
    less('memoryMb', resources.memoryMb, got.memoryMb, roundingMb),
    less('diskMb', resources.diskMb, got.diskMb, roundingMb),
    countOf(resources.gpus ?? []) > countOf(got.gpus) &&
      (isOpenSource || got.gpus.length > 0) && { field: 'gpus' },
    less('timeoutSecs', request.timeoutSecs, sandbox.timeoutSecs, 0),
    neverTaken(request.maxPendingSecs) && { field: 'maxPendingSecs' },
    network &&
      (networkPolicy ? !holds(network, networkPolicy) : isOpenSource && !isOpen(network)) && {
        field: 'network',
      },
    exposedPorts.some(port => !sandbox.exposedPorts.includes(port)) &&
      (isOpenSource || reports('exposed_ports', 'exposedPorts')) && { field: 'exposedPorts' },
    request.allowUnauthenticatedAccess === true &&
      !sandbox.allowUnauthenticatedAccess &&
      reports('allow_unauthenticated_access', 'allowUnauthenticatedAccess') && {
        field: 'allowUnauthenticatedAccess',
      },
    fileSystems.some(({ mountPath }) => !mounted.has(normalPath(mountPath))) &&
      (isOpenSource || reports('file_systems', 'fileSystems')) && { field: 'fileSystems' },
    neverTaken(request.templateId) && { field: 'templateId' },
  ];
  return gaps.filter(gap => typeof gap === 'object');
}

function less(
  field: CreateField,
  asked: number | undefined,
  got: number | undefined,
  rounding: number,
): Dropped | false {
  return asked !== undefined && got !== undefined && got < asked - rounding && { field, asked, got };
}

function countOf(gpus: readonly { readonly count: number }[]): number {
  return gpus.reduce((sum, { count }) => sum + count, 0);
}

type Network = NonNullable<CreateSandboxRequest['network']>;

function isOpen({ allowInternetAccess, allowOut, denyOut }: Network): boolean {
  return allowInternetAccess && allowOut.length === 0 && denyOut.length === 0;
}

/** Whether a policy restricts at least as much as was asked for. */
function holds(asked: Network, got: Network): boolean {
  const isKept = (['allowOut', 'denyOut'] as const).every(list =>
    asked[list].every(entry => got[list].some(each => each.toLowerCase() === entry.toLowerCase())),
  );
  return isKept && (asked.allowInternetAccess || !got.allowInternetAccess);
}
