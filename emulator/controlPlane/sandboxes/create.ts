import { badRequest, notFound, ok, type Reply } from '../../http/reply';
import { defaultImage, startupFailureOf } from '../../model/images';
import { checkConcurrency, checkResources, resolveTimeout } from '../../model/plan';
import type { Project } from '../../model/project';
import { changedResources, freshResources } from '../../model/resources';
import { isUsable } from '../../model/snapshots';
import type { Resources, SandboxRecord, SnapshotRecord } from '../../records/records';
import { createAnswer, timeoutAnswer } from '../wire/info';
import { checkNameFree, waitMs } from '../wire/lookup';
import type { Call } from '../wire/route';
import type { CreateBody } from '../wire/schemas';
import { mountsOf } from './mounts';

const defaultTimeoutSecs = 600;

/** POST /sandboxes (API reference section 2.2). A restore inherits ports and access that it leaves out (section 8.2). */
export async function createSandbox(call: Call<unknown, CreateBody>): Promise<Reply> {
  const { cloud, project, body } = call;
  const source = body.snapshot_id === undefined ? undefined : sourceOf(project, body.snapshot_id);
  const resources = source === undefined ? freshResources(body.resources) : restored(source, body);
  if (body.name !== undefined) checkNameFree(cloud, project, body.name);
  checkResources(cloud.plan, resources);
  const timeoutSecs = resolveTimeout(cloud.plan, body.timeout_secs ?? defaultTimeoutSecs);
  const fileSystems = mountsOf(cloud, project, body.file_systems ?? []);
  checkConcurrency(cloud.plan, project);

  const isAsync = cloud.dialect.asyncCreate === 'known';
  const image = source === undefined ? body.image : source.image;
  const sandbox = cloud.launch(
    project,
    {
      name: body.name,
      image,
      resources,
      timeoutSecs,
      entrypoint: body.entrypoint ?? source?.entrypoint,
      network: body.network,
      exposedPorts: body.exposed_ports ?? source?.exposedPorts ?? null,
      allowUnauthenticatedAccess:
        body.allow_unauthenticated_access ?? source?.allowUnauthenticatedAccess ?? false,
      templateId: body.template_id,
      fileSystems,
      secretNames: source?.secretNames ?? body.secret_names,
      maxPendingMs:
        body.max_pending_secs === undefined || !isAsync
          ? cloud.timings.pending
          : body.max_pending_secs * cloud.timings.second,
      origin: source === undefined ? undefined : { kind: 'snapshot', snapshotId: source.id },
    },
    source?.type === 'memory' ? 'resume' : 'boot',
    startupFailureOf(image ?? defaultImage),
  );

  if (body.wait === false && isAsync) {
    const ack = {
      sandbox_id: sandbox.id,
      name: sandbox.name,
      state: 'pending',
      pending_reason: 'scheduling',
    };
    return { status: 202, body: ack };
  }
  if (cloud.dialect.create === 'pending') return ok({ ...createAnswer(cloud, sandbox), status: 'pending' });
  return startReply(call, sandbox);
}

/** The answer of create and claim, once the sandbox has started or failed; `extra` is added to that of one that runs. */
export async function startReply(call: Call, sandbox: SandboxRecord, extra: object = {}): Promise<Reply> {
  const { cloud, signal } = call;
  const settled = await cloud.engine.until(sandbox, ({ state }) => state !== 'pending', waitMs(call), signal);
  if (!settled) return { status: 504, body: timeoutAnswer(sandbox) };
  const answer = createAnswer(cloud, sandbox);
  return sandbox.state === 'terminated' ? { status: 422, body: answer } : ok({ ...answer, ...extra });
}

function sourceOf(project: Project, snapshotId: string): SnapshotRecord {
  const snapshot = project.snapshots.get(snapshotId);
  if (snapshot === undefined) throw notFound('Snapshot not found');
  if (!isUsable(snapshot)) throw badRequest('Snapshot is not completed');
  return snapshot;
}

/** What a restore may change: nothing after a memory snapshot, resources after a filesystem snapshot (API reference section 2.10). */
function restored(source: SnapshotRecord, body: CreateBody): Resources {
  if (body.image !== undefined) throw badRequest('image: cannot be given together with snapshot_id');
  const resources = changedResources(source.resources, body.resources ?? {});
  if (source.type === 'filesystem') return resources;
  const same =
    resources.cpus === source.resources.cpus &&
    resources.memory_mb === source.resources.memory_mb &&
    resources.disk_mb === source.resources.disk_mb &&
    body.resources?.gpus === undefined;
  if (!same) throw badRequest('resources: fixed by the memory snapshot');
  if (body.entrypoint !== undefined) throw badRequest('entrypoint: fixed by the memory snapshot');
  if (body.secret_names !== undefined && body.secret_names.length > 0) {
    throw badRequest('secret_names: fixed by the memory snapshot');
  }
  return resources;
}
