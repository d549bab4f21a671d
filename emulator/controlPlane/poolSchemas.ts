import { z } from 'zod';
import { optional } from '../http/validate';
import { gpus, mountsBody, network, port } from './wire/schemas';

const positive = z.number().positive('must be above 0');
const count = optional(z.int().min(0));

/** Resources of a pool, which may be smaller than those of a sandbox (API reference section 2.16). */
const poolResources = z
  .object({
    cpus: optional(positive),
    memory_mb: optional(positive),
    disk_mb: optional(positive),
    ephemeral_disk_mb: optional(positive),
    gpus: optional(gpus),
  })
  .default({ cpus: 1, memory_mb: 1_024, disk_mb: 10_240, ephemeral_disk_mb: undefined, gpus: undefined })
  .transform(body => ({
    cpus: body.cpus ?? 1,
    memory_mb: body.memory_mb ?? 1_024,
    disk_mb: body.disk_mb ?? body.ephemeral_disk_mb ?? 10_240,
    gpus: body.gpus,
  }));

/** POST /sandbox-pools and PUT /sandbox-pools/{pool_id}. */
export const poolBody = z
  .object({
    image: z.string({ error: 'image is required' }).min(1, 'image is required'),
    resources: poolResources,
    timeout_secs: z.int().min(0).default(0),
    entrypoint: optional(z.array(z.string()).min(1)),
    min_containers: count,
    max_containers: count,
    warm_containers: count,
    // `null` removes the policy, absent may keep it.
    network: network.nullable().optional(),
    allow_unauthenticated_access: optional(z.boolean()),
    exposed_ports: optional(z.array(port)),
    secret_names: optional(z.array(z.string())),
  })
  .refine(fits('min_containers'), {
    message: 'must not be greater than max_containers',
    path: ['min_containers'],
  })
  .refine(fits('warm_containers'), {
    message: 'must not be greater than max_containers',
    path: ['warm_containers'],
  });

export type PoolBody = z.output<typeof poolBody>;

/** POST /sandbox-pools/{pool_id}/sandboxes: no body, or mounts. Anything else, such as a name, is ignored. */
export const claimBody = z
  .object({ file_systems: optional(mountsBody) })
  .default({ file_systems: undefined })
  .transform(({ file_systems }) => ({ file_systems: file_systems ?? [] }));

export type ClaimBody = z.output<typeof claimBody>;

/** Query of DELETE /sandbox-pools/{pool_id}. */
export const poolDeleteQuery = z.object({ force: z.string().optional() });

function fits(name: 'min_containers' | 'warm_containers') {
  return (body: { readonly [Key in 'max_containers' | typeof name]?: number }): boolean =>
    (body[name] ?? 0) <= (body.max_containers ?? Infinity);
}
