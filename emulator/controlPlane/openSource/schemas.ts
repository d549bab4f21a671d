import { z } from 'zod';
import { openSourceDefaults } from '../../kernel/openSource';
import type { Resources } from '../../records/records';
import { optional } from '../../http/validate';

/*
 * Bodies as the open-source server reads them: types alone are looked at, values are not, and unknown members (`name`,
 * `disk_mb`) are dropped.
 */

const seconds = optional(
  z.int().min(0, { error: ({ input }) => `invalid value: integer \`${String(input)}\`, expected u64` }),
);
const size = optional(z.number());
const sizes = z.object({ cpus: size, memory_mb: size, ephemeral_disk_mb: size });
const { resources: whole, partOfResources: part } = openSourceDefaults;

type Sizes = z.output<typeof sizes>;

/** The sizes of a create; zeros, which mean nothing else, inherit from `source` in a restore. */
export function sizesOf(asked: Sizes | undefined, source?: Resources): Resources {
  const cpus = asked?.cpus ?? (asked === undefined ? whole.cpus : part.cpus);
  const memory_mb = asked?.memory_mb ?? (asked === undefined ? whole.memory_mb : part.memory_mb);
  const disk_mb = asked?.ephemeral_disk_mb ?? part.disk_mb;
  return {
    cpus: cpus || (source?.cpus ?? cpus),
    memory_mb: memory_mb || (source?.memory_mb ?? memory_mb),
    disk_mb: disk_mb || (source?.disk_mb ?? disk_mb),
  };
}

const network = z.object({
  allow_internet_access: z.boolean().default(true),
  allow_out: z.array(z.string()).default([]),
  deny_out: z.array(z.string()).default([]),
});

const settings = {
  resources: optional(sizes),
  entrypoint: optional(z.array(z.string())),
  network: optional(network),
  allow_unauthenticated_access: optional(z.boolean()),
  exposed_ports: optional(z.array(z.int())),
};

export const createBody = z.object({
  ...settings,
  image: optional(z.string()),
  snapshot_id: optional(z.string()),
  timeout_secs: seconds,
});

export const poolBody = z.object({
  ...settings,
  image: z.string(),
  timeout_secs: seconds,
  min_containers: optional(z.int()),
  max_containers: optional(z.int()),
  warm_containers: optional(z.int()),
});
