import { newId } from '../kernel/ids';
import type { Cloud } from '../model/cloud';
import type { Project } from '../model/project';
import { snapshotFormat } from '../model/snapshots';
import type { SandboxRecord } from '../records/records';
import type { Draw } from './generated';

const minuteMs = 60_000;

/** Adds what a project in use has besides sandboxes: an image, secrets, output and traffic. */
export function addProjectData(cloud: Cloud, project: Project, draw: Draw): void {
  const source = project.find('api-dev');
  if (source === undefined) return;
  addImage(cloud, project, draw);
  for (const name of ['DATABASE_URL', 'GITHUB_TOKEN']) {
    const secret = {
      id: `secret_${newId(draw)}`,
      projectId: project.id,
      createdAtMs: cloud.clock.now() - 9 * 24 * 60 * minuteMs,
      name,
      value: 'emulated',
    };
    project.secrets.add(secret);
    cloud.ledger.save('secret', secret);
  }
  addOutput(cloud, source);
  addTraffic(cloud, source);
}

function addImage(cloud: Cloud, project: Project, draw: Draw): void {
  const snapshot = project.snapshots.values().find(({ status }) => status === 'completed');
  if (snapshot?.uri === undefined || snapshot.sizeBytes === undefined) return;
  const image = {
    id: newId(draw),
    projectId: project.id,
    createdAtMs: snapshot.createdAtMs + minuteMs,
    name: 'vision-models',
    dockerfile: 'FROM tensorlake/ubuntu-minimal\nRUN pip install torch torchvision\n',
    snapshotId: snapshot.id,
    snapshotSandboxId: snapshot.sandboxId,
    snapshotUri: snapshot.uri,
    snapshotFormatVersion: snapshotFormat,
    snapshotSizeBytes: snapshot.sizeBytes,
    rootfsDiskBytes: snapshot.resources.disk_mb * 1024 * 1024,
    public: false,
  };
  project.images.add(image);
  cloud.ledger.save('image', image);
}

const output: readonly string[] = [
  '{"level":"info","message":"listening on :8080","pid":311}',
  '{"level":"info","message":"GET /health","status":200,"ms":2}',
  '{"level":"warn","message":"slow query","ms":812}',
  'Traceback (most recent call last):',
  '{"level":"error","message":"POST /orders","status":500,"ms":41}',
];

function addOutput({ logs, clock }: Cloud, { id, projectId }: SandboxRecord): void {
  const process = { processId: 'process_api', pid: 311, command: 'node server.js', managedName: 'api' };
  for (const [index, line] of output.entries()) {
    const atMs = clock.now() - (output.length - index) * minuteMs;
    logs.appendLine({ sandboxId: id, projectId, process }, 'stdout', line, atMs);
  }
}

function addTraffic({ network, clock }: Cloud, { id, projectId }: SandboxRecord): void {
  const places = [
    { destinationIp: '192.0.2.10', destinationPort: 443, originalBytes: 5_120, replyBytes: 88_064 },
    { destinationIp: '198.51.100.7', destinationPort: 5432, originalBytes: 40_960, replyBytes: 12_288 },
    { destinationIp: '192.0.2.10', destinationPort: 443, originalBytes: 2_048 },
  ];
  for (const [index, place] of places.entries()) {
    network.append({ sandboxId: id, projectId, ...place, atMs: clock.now() - (9 - index) * minuteMs });
  }
}
