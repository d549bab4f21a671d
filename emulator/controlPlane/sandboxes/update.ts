import { badRequest, HttpError, ok, type Reply } from '../../http/reply';
import type { PlanLimits } from '../../model/plan';
import { beginResize } from '../../model/resize';
import { changedResources } from '../../model/resources';
import type { SandboxRecord } from '../../records/records';
import { sandboxInfo } from '../wire/info';
import { checkNameFree, sandboxOf } from '../wire/lookup';
import type { Call } from '../wire/route';
import type { UpdateBody } from '../wire/schemas';

/** PATCH /sandboxes/{id} (API reference sections 2.6 and 2.12). */
export function updateSandbox(call: Call<unknown, UpdateBody>): Reply {
  const { cloud, body } = call;
  const sandbox = sandboxOf(call);
  if (sandbox.state === 'terminated') throw badRequest('Cannot update a terminated sandbox');
  const { resources: requested, ...settings } = body;
  const resources = cloud.dialect.resize === 'ignored' ? undefined : requested;
  if (resources === undefined) applySettings(call, sandbox, settings);
  else if (Object.keys(settings).length > 0) {
    throw badRequest('resources: cannot be combined with other fields');
  } else resize(call, sandbox, resources);
  cloud.ledger.save('sandbox', sandbox);
  return ok(sandboxInfo(cloud, sandbox));
}

function applySettings(
  { cloud, project }: Call,
  sandbox: SandboxRecord,
  settings: Omit<UpdateBody, 'resources'>,
): void {
  const { name, allow_unauthenticated_access: open, exposed_ports: ports, network } = settings;
  if (name !== undefined) {
    if (cloud.dialect.rename === 'refused') throw badRequest('name: cannot be changed after creation');
    checkNameFree(cloud, project, name, sandbox);
    project.rename(sandbox, name);
  }
  if (open !== undefined) sandbox.allowUnauthenticatedAccess = open;
  if (ports !== undefined) sandbox.exposedPorts = ports;
  // Absent keeps the policy, null removes it, an object replaces it.
  if (network !== undefined) sandbox.network = network ?? undefined;
}

function resize(
  { cloud }: Call,
  sandbox: SandboxRecord,
  requested: NonNullable<UpdateBody['resources']>,
): void {
  if (sandbox.state !== 'running') throw badRequest('Only a running sandbox can be resized');
  if (Object.keys(requested).length === 0) {
    throw badRequest('resources: at least one of cpus, memory_mb and disk_mb is needed');
  }
  const target = changedResources(sandbox.resources, requested);
  const refused = overEntitlement(cloud.plan, target);
  if (refused !== undefined) throw new HttpError(422, refused, { error: refused });
  beginResize(cloud, sandbox, target);
}

function overEntitlement(plan: PlanLimits, target: SandboxRecord['resources']): string | undefined {
  if (target.cpus > plan.maxCpus) return 'requested cpus exceed project entitlement';
  if (target.memory_mb > plan.maxMemoryMb) return 'requested memory exceeds project entitlement';
  if (target.disk_mb > plan.maxDiskMb) return 'requested disk exceeds project entitlement';
  return undefined;
}
