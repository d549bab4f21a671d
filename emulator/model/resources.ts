import { badRequest } from '../http/reply';
import type { Resources } from '../records/records';

type RequestedResources = Partial<Resources>;

const smallestPerCpuMb = 1_024;
const largestPerCpuMb = 8_192;
/** Memory the service picks when none is asked for, more than small plans allow (API reference section 6, point 4). */
const defaultMemoryMb = 2_048;

/** Fills in what a fresh create leaves out and checks how the parts go together (API reference section 5). */
export function freshResources(requested: RequestedResources = {}): Resources {
  const cpus = requested.cpus ?? 1;
  return checked({
    cpus,
    memory_mb: requested.memory_mb ?? Math.max(defaultMemoryMb, cpus * smallestPerCpuMb),
    disk_mb: requested.disk_mb ?? 10_240,
    gpus: requested.gpus,
  });
}

/** Lays `requested` over `current`; the root disk may only grow (API reference sections 2.10 and 2.12). */
export function changedResources(current: Resources, requested: RequestedResources): Resources {
  const disk_mb = requested.disk_mb ?? current.disk_mb;
  if (disk_mb < current.disk_mb) {
    throw badRequest(`resources.disk_mb: the disk cannot shrink below ${current.disk_mb} MB`);
  }
  return checked({
    cpus: requested.cpus ?? current.cpus,
    memory_mb: requested.memory_mb ?? current.memory_mb,
    disk_mb,
    gpus: requested.gpus ?? current.gpus,
  });
}

function checked(resources: Resources): Resources {
  const perCpu = resources.memory_mb / resources.cpus;
  if (perCpu < smallestPerCpuMb || perCpu > largestPerCpuMb) {
    throw badRequest(
      `resources.memory_mb: must be ${smallestPerCpuMb} to ${largestPerCpuMb} MB for each CPU`,
    );
  }
  return resources;
}
