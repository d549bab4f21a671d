import type { Cloud } from './cloud';
import type { Resources, SandboxRecord } from '../records/records';

/** Starts a live resize; a resize still under way is superseded (API reference section 2.12). */
export function beginResize(cloud: Cloud, sandbox: SandboxRecord, target: Resources): void {
  const { cpus, memory_mb, disk_mb } = target;
  const resize = {
    generation: (sandbox.resize?.generation ?? 0) + 1,
    requested: { cpus, memory_mb, disk_mb },
    error_message: null,
  };
  sandbox.resize = { ...resize, status: 'pending' };
  resumeResize(cloud, sandbox);
}

/** Lets a resize under way, if there is one, come to its end. */
export function resumeResize(cloud: Cloud, sandbox: SandboxRecord): void {
  const { resize } = sandbox;
  if (resize?.status !== 'pending') return;
  cloud.timers.set(timerKey(sandbox), cloud.timings.resize, () => {
    sandbox.resources = { ...sandbox.resources, ...resize.requested };
    sandbox.resize = { ...resize, status: 'succeeded' };
    cloud.ledger.save('sandbox', sandbox);
  });
}

/** Lets a resize fail when its sandbox stops running. */
export function followResizes(cloud: Cloud): void {
  cloud.engine.observe(({ sandbox, left }) => {
    if (left !== 'running' || sandbox.resize?.status !== 'pending') return;
    cloud.timers.clear(timerKey(sandbox));
    sandbox.resize = {
      ...sandbox.resize,
      status: 'failed',
      error_message: `Interrupted: the sandbox is ${sandbox.state}`,
    };
  });
}

function timerKey({ id }: SandboxRecord): string {
  return `resize ${id}`;
}
