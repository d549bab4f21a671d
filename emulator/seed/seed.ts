import { newId } from '../kernel/ids';
import type { Cloud } from '../model/cloud';
import type { Project } from '../model/project';
import { snapshotUri, storedBytes } from '../model/snapshots';
import type { SandboxRecord, SnapshotRecord, SnapshotStatus, SnapshotType } from '../records/records';
import { generatedSample, repeatableDraw, type Draw } from './generated';
import { addProjectData } from './projectData';
import { archivedSamples, samples, unknownStateSample, type Sample } from './samples';

interface SeedOptions {
  readonly count: number;
  /** Adds one more in a state the API does not know. */
  readonly unknownState: boolean;
}

const minuteMs = 60_000;
/** Seeded sandboxes keep their state for at least this long, whatever the speed, so that a demo stays as it is. */
const holdMs = 24 * 60 * minuteMs;

const holdsCapacity: ReadonlySet<string> = new Set(['running', 'snapshotting', 'suspending']);

/** Fills the project of `apiKey`: the samples first, then generated ones; with any sandbox at all, an archive and snapshots too. */
export function seed(cloud: Cloud, apiKey: string, { count, unknownState }: SeedOptions): void {
  const project = cloud.projectOf(apiKey);
  if (project === undefined) return;
  const draw = repeatableDraw(count);
  const all = Array.from({ length: count }, (_, index) => samples[index] ?? generatedSample(index + 1, draw));
  if (unknownState) all.push(unknownStateSample);
  const sandboxes = all.map(sample => recordOf(cloud, project, sample, draw));
  // Oldest last, so that each one goes to the end of the sorted index.
  for (const sandbox of sandboxes.toSorted((a, b) => b.createdAtMs - a.createdAtMs)) {
    cloud.addSandbox(project, sandbox);
    cloud.engine.adopt(sandbox);
  }
  if (count === 0) return;
  for (const sample of archivedSamples) {
    const sandbox = archivedRecord(recordOf(cloud, project, sample, draw));
    project.archive.add(sandbox);
    cloud.ledger.save('sandbox', sandbox);
  }
  addSnapshots(cloud, project, draw);
  addProjectData(cloud, project, draw);
}

function recordOf(cloud: Cloud, project: Project, sample: Sample, draw: Draw): SandboxRecord {
  const now = cloud.clock.now();
  const { ended, state } = sample;
  return {
    id: newId(draw),
    projectId: project.id,
    createdAtMs: now - sample.ageMinutes * minuteMs,
    state,
    placed: holdsCapacity.has(state),
    start: state === 'pending' ? 'boot' : 'resume',
    name: sample.name,
    image: sample.image,
    resources: {
      cpus: sample.cpus ?? 1,
      memory_mb: sample.memoryMb ?? 1_024,
      disk_mb: sample.diskMb ?? 10_240,
      gpus: sample.gpus,
    },
    timeoutSecs: sample.timeoutSecs ?? 600,
    entrypoint: sample.entrypoint,
    network: sample.network,
    exposedPorts: sample.exposedPorts ?? null,
    allowUnauthenticatedAccess: sample.publicPorts ?? false,
    fileSystems: [],
    origin: { kind: 'seed' },
    pendingReason: state === 'pending' ? 'no_resources_available' : ended?.pendingReason,
    outcome: ended?.outcome,
    terminationReason: ended?.terminationReason,
    errorDetails: ended?.errorDetails,
    terminatedAtMs: ended === undefined ? undefined : now - ended.agoMinutes * minuteMs,
    dueAtMs: holdsCapacity.has(state) || state === 'terminated' ? now + holdMs : undefined,
  };
}

function archivedRecord(sandbox: SandboxRecord): SandboxRecord {
  const { terminatedAtMs, createdAtMs } = sandbox;
  return { ...sandbox, dueAtMs: undefined, archivedAtMs: (terminatedAtMs ?? createdAtMs) + 10 * minuteMs };
}

interface SnapshotSample {
  readonly of: string;
  readonly ageMinutes: number;
  readonly type: SnapshotType;
  readonly status: SnapshotStatus;
  readonly error?: string;
}

const snapshotSamples: readonly SnapshotSample[] = [
  { of: 'api-dev', ageMinutes: 95, type: 'filesystem', status: 'completed' },
  { of: 'api-dev', ageMinutes: 4, type: 'memory', status: 'local_ready' },
  { of: 'docs', ageMinutes: 36 * 60, type: 'memory', status: 'completed' },
  { of: 'ci-runner', ageMinutes: 1, type: 'filesystem', status: 'in_progress' },
  {
    of: 'etl-nightly',
    ageMinutes: 8 * 24 * 60,
    type: 'filesystem',
    status: 'failed',
    error: 'Upload to durable storage failed',
  },
];

function addSnapshots(cloud: Cloud, project: Project, draw: Draw): void {
  for (const { of, ageMinutes, type, status, error } of snapshotSamples) {
    const source = project.find(of);
    if (source === undefined) continue;
    const { image, resources, entrypoint, exposedPorts, allowUnauthenticatedAccess } = source;
    const snapshot: SnapshotRecord = {
      id: newId(draw),
      projectId: project.id,
      sandboxId: source.id,
      createdAtMs: cloud.clock.now() - ageMinutes * minuteMs,
      type,
      image,
      resources,
      entrypoint,
      exposedPorts,
      allowUnauthenticatedAccess,
      status,
      error,
    };
    if (status === 'completed' || status === 'local_ready') snapshot.sizeBytes = storedBytes(snapshot);
    if (status === 'completed') snapshot.uri = snapshotUri(snapshot);
    if (status === 'in_progress') source.snapshotId = snapshot.id;
    project.snapshots.add(snapshot);
    cloud.ledger.save('snapshot', snapshot);
  }
}
