import type { Resources, SandboxRecord } from '../records/records';
import type { ModelServices } from './services';

/** Starts a live resize; a resize still under way is superseded (API reference section 2.12). */
export function beginResize(services: ModelServices, sandbox: SandboxRecord, target: Resources): void {
  const { cpus, memory_mb, disk_mb } = target;
  const resize = {
    generation: (sandbox.resize?.generation ?? 0) + 1,
    requested: { cpus, memory_mb, disk_mb },
    error_message: null,
  };
  sandbox.resize = { ...resize, status: 'pending' };
  resumeResize(services, sandbox);
}

/** Finishes a resize under way, if there is one, after the time it takes. */
export function resumeResize(services: ModelServices, sandbox: SandboxRecord): void {
  const { resize } = sandbox;
  if (resize?.status !== 'pending') return;
  services.timers.set(timerKey(sandbox), services.timings.resize, () => {
    sandbox.resources = { ...sandbox.resources, ...resize.requested };
    sandbox.resize = { ...resize, status: 'succeeded' };
    services.ledger.save('sandbox', sandbox);
  });
}

/** Fails a resize whose sandbox stops running. */
export function failInterruptedResizes(services: ModelServices): void {
  services.engine.observe(({ sandbox, left }) => {
    if (left !== 'running' || sandbox.resize?.status !== 'pending') return;
    services.timers.clear(timerKey(sandbox));
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
