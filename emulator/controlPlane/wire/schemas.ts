import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { managementPort } from '../../http/proxyTarget';
import { optional } from '../../http/validate';
import { isIdShaped } from '../../kernel/ids';

const nameRule =
  'must start with a lower-case letter, hold only lower-case letters, digits and hyphens, not end with a hyphen, and be at most 63 characters long';

/** Rules of API reference section 5, "Sandbox name". */
const sandboxName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, nameRule)
  .refine(name => !isIdShaped(name), 'must not look like a sandbox id (21 letters and digits)');

export const port = z
  .int()
  .min(1)
  .max(65_535)
  .refine(value => value !== managementPort, `port ${managementPort} is reserved`);

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function isNetworkRule(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIPv4(address)) {
    return rest.length === 0 && (bits === undefined || (/^\d{1,2}$/.test(bits) && Number(bits) <= 32));
  }
  return bits === undefined && !/^[\d.]+$/.test(address) && hostName.test(address);
}

/** IPv4 address, IPv4 CIDR or host name; the names reserved as never resolvable stand for unresolvable ones. */
const networkRule = z
  .string()
  .refine(isNetworkRule, 'must be an IPv4 address, an IPv4 CIDR or a host name')
  .refine(text => !text.endsWith('.invalid'), {
    error: issue => `cannot resolve host name ${String(issue.input)}`,
  });

/** `network` of create, update and pools. */
export const network = z.object({
  allow_internet_access: z.boolean().default(true),
  allow_out: z.array(networkRule).default([]),
  deny_out: z.array(networkRule).default([]),
});

const gpuModels = ['A100-40GB', 'A100-80GB', 'H100', 'T4', 'A6000', 'A10', 'RTX-PRO-6000', 'L40'] as const;

export const gpus = z.array(z.object({ count: z.int().min(1), model: z.enum(gpuModels) }));

/** `resources`, the older spellings of two members included (API reference section 2.2). */
const resources = z
  .object({
    cpus: optional(z.number().min(1)),
    memory_mb: optional(z.int().min(1)),
    disk_mb: optional(z.int().min(10_240)),
    ephemeral_disk_mb: optional(z.int().min(1)),
    gpus: optional(gpus),
    gpu_configs: optional(gpus),
  })
  .transform(({ ephemeral_disk_mb, gpu_configs, ...body }) => ({
    ...body,
    disk_mb: body.disk_mb ?? ephemeral_disk_mb,
    gpus: body.gpus ?? gpu_configs,
  }));

const mountPath = z.string().regex(/^\/./, 'must be an absolute path');

/** A mount (API reference section 2.13); unknown members are kept, since older servers refuse them. */
export const mountBody = z
  .looseObject({
    file_system_id: z.string().min(1),
    mount_path: mountPath,
    read_only: z.boolean().optional(),
    prefetch: z.boolean().optional(),
    snapshot_id: z.string().optional(),
  })
  .refine(({ read_only, snapshot_id }) => snapshot_id === undefined || read_only === true, {
    message: 'a pinned snapshot must be mounted read_only',
    path: ['snapshot_id'],
  });

export type MountBody = z.output<typeof mountBody>;

/** `file_systems` of create and claim. */
export const mountsBody = z
  .array(mountBody)
  .refine(
    list => new Set(list.map(({ mount_path }) => mount_path)).size === list.length,
    'mount_path must be unique',
  );

/** Body of DELETE /sandboxes/{id}/file_systems. */
export const detachBody = z.object({ mount_path: mountPath });

/** POST /sandboxes (API reference section 2.2). */
export const createBody = z
  .object({
    name: optional(sandboxName),
    image: optional(z.string().min(1)),
    resources: optional(resources),
    secret_names: optional(z.array(z.string())),
    timeout_secs: optional(z.int().min(0)),
    entrypoint: optional(z.array(z.string()).min(1)),
    network: optional(network),
    snapshot_id: optional(z.string().min(1)),
    allow_unauthenticated_access: optional(z.boolean()),
    allow_unauthenticated_proxy_access: optional(z.boolean()),
    exposed_ports: optional(z.array(port)),
    template_id: optional(z.string()),
    file_systems: optional(mountsBody),
    cloud_init_base64: optional(z.base64()),
    wait: optional(z.boolean()),
    max_pending_secs: optional(z.int().min(0)),
  })
  .transform(({ allow_unauthenticated_proxy_access: alias, ...body }) => ({
    ...body,
    allow_unauthenticated_access: body.allow_unauthenticated_access ?? alias,
  }));

export type CreateBody = z.output<typeof createBody>;

/** PATCH /sandboxes/{id} (API reference sections 2.6 and 2.12). */
export const updateBody = z.object({
  name: sandboxName.optional(),
  allow_unauthenticated_access: z.boolean().optional(),
  exposed_ports: z.array(port).nullable().optional(),
  network: network.nullable().optional(),
  resources: z
    .object({
      cpus: z.int().min(1).optional(),
      memory_mb: z.int().min(1).optional(),
      disk_mb: z.int().min(1).optional(),
    })
    .optional(),
});

export type UpdateBody = z.output<typeof updateBody>;

/** Larger pages are cut to this size. */
const largestPage = 1_000;

/** Query of GET /archived-sandboxes (API reference section 2.11). */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .transform(limit => Math.min(limit, largestPage)),
  cursor: z.string().optional(),
  direction: z.enum(['forward', 'backward']).default('forward'),
});

export type PageQuery = z.output<typeof pageQuery>;

/** Query of GET /sandboxes (API reference section 2.4). */
export const listQuery = pageQuery.extend({ status: z.literal('running').optional() });

export type ListQuery = z.output<typeof listQuery>;

/** Query of POST /sandboxes/{id}/copy (API reference section 2.9). */
export const copyQuery = z.object({ times: z.coerce.number().int().min(1).max(100).default(1) });

/** Body of POST /sandboxes/{id}/snapshot, none included, and its older spelling (API reference section 2.10). */
export const snapshotBody = z
  .object({
    snapshot_type: z.enum(['filesystem', 'memory']).optional(),
    snapshot_content_mode: z.enum(['full', 'filesystem_only']).optional(),
  })
  .default({})
  .transform(({ snapshot_type, snapshot_content_mode }) => ({
    type: snapshot_type ?? (snapshot_content_mode === 'full' ? 'memory' : 'filesystem'),
  }));
