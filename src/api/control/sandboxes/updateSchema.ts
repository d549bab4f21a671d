import type { ResourceRequest } from '../../../core/sandbox/rules';
import { ApiError } from '../../../core/kernel/errors';
import type { NetworkPolicy } from '../../../core/sandbox/sandbox';
import { defined } from '../../../core/kernel/formats/json';
import { networkBody } from './createSchema';

/** A change to an existing sandbox (API reference section 2.6); an absent member stays as it is. */
export interface SandboxPatch {
  readonly name?: string;
  readonly allowUnauthenticatedAccess?: boolean;
  /** Replaces the list; empty clears it. */
  readonly exposedPorts?: readonly number[];
  /** Replaces the whole policy; null removes it. */
  readonly network?: NetworkPolicy | null;
  /** Live resize (section 2.12); must be the only member. GPUs cannot be resized. */
  readonly resources?: Omit<ResourceRequest, 'gpus'>;
}

/**
 * Builds the body of `PATCH /sandboxes/{id}`.
 *
 * @throws ApiError of kind `invalid` for an empty patch and for a resize mixed with other changes, which servers refuse
 */
export function updateBody(patch: SandboxPatch): Record<string, unknown> {
  const { resources, network } = patch;
  const body = defined({
    name: patch.name,
    allow_unauthenticated_access: patch.allowUnauthenticatedAccess,
    exposed_ports: patch.exposedPorts,
    network: network ? networkBody(network) : network,
    resources:
      resources &&
      defined({ cpus: resources.cpus, memory_mb: resources.memoryMb, disk_mb: resources.diskMb }),
  });
  const members = Object.keys(body).length;
  if (members === 0) throw new ApiError('invalid', 'Nothing to update');
  if (resources !== undefined && members > 1) {
    throw new ApiError('invalid', 'A resize cannot be combined with other changes');
  }
  return body;
}
