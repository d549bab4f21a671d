import { badRequest, type Reply } from '../../http/reply';
import type { Cloud } from '../../model/cloud';
import { concurrencyMessage, freeSlots } from '../../model/plan';
import type { Project } from '../../model/project';
import type { SandboxRecord, SandboxSpec, StartupFailure } from '../../records/records';
import { createAnswer, timeoutAnswer } from '../wire/info';
import { sandboxOf, waitMs } from '../wire/lookup';
import type { Call } from '../wire/route';

/** POST /sandboxes/{id}/copy?times=N (API reference section 2.9). */
export async function copySandbox(call: Call<{ readonly times: number }>): Promise<Reply> {
  const { cloud, project, query, signal } = call;
  const source = sandboxOf(call);
  if (source.state !== 'running') throw badRequest(`Cannot copy a sandbox in state ${source.state}`);
  const free = freeSlots(cloud.plan, project);
  const clones = Array.from({ length: query.times }, (_, index) =>
    index < free ? clone(cloud, project, source) : refuse(cloud, project, source),
  );
  const ms = waitMs(call);
  const settled = await Promise.all(
    clones.map(sandbox => cloud.engine.until(sandbox, ({ state }) => state !== 'pending', ms, signal)),
  );
  const sandboxes = clones.map((sandbox, index) =>
    settled[index] === true ? createAnswer(cloud, sandbox) : timeoutAnswer(sandbox),
  );
  return {
    status: copyStatus(sandboxes.map(({ status }) => status)),
    body: { source_sandbox_id: source.id, sandboxes },
  };
}

function copyStatus(items: readonly string[]): number {
  if (items.includes('timeout')) return 504;
  const failed = items.filter(status => status === 'failed').length;
  if (failed === 0) return 200;
  return failed === items.length ? 422 : 207;
}

/** A clone is ephemeral: the name stays with the source. */
function cloneSpec(cloud: Cloud, source: SandboxRecord): SandboxSpec {
  return {
    image: source.image,
    resources: source.resources,
    timeoutSecs: source.timeoutSecs,
    entrypoint: source.entrypoint,
    network: source.network,
    exposedPorts: source.exposedPorts,
    allowUnauthenticatedAccess: source.allowUnauthenticatedAccess,
    templateId: source.templateId,
    fileSystems: source.fileSystems,
    secretNames: source.secretNames,
    maxPendingMs: cloud.timings.pending,
    origin: { kind: 'copy', sandboxId: source.id },
  };
}

function clone(cloud: Cloud, project: Project, source: SandboxRecord): SandboxRecord {
  return cloud.launch(project, cloneSpec(cloud, source), 'resume');
}

/** A clone beyond the plan: it fails at once and stays in the history under its id. */
function refuse(cloud: Cloud, project: Project, source: SandboxRecord): SandboxRecord {
  const failure: StartupFailure = {
    terminationReason: 'QuotaExceeded',
    outcome: 'Failure(ConstraintUnsatisfiable)',
    errorDetails: { message: concurrencyMessage(cloud.plan) },
  };
  const sandbox = cloud.launch(project, cloneSpec(cloud, source), 'resume', failure);
  cloud.engine.fire(sandbox, 'failStart');
  return sandbox;
}
