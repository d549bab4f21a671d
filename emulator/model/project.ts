import { createHash } from 'node:crypto';
import type { FileSystemRecord, ImageRecord, PoolRecord, SecretRecord } from '../records/catalog';
import type { SandboxRecord, SnapshotRecord } from '../records/records';
import { organization } from './account/accounts';
import { Collection, type Keyed } from './collection';

/** Everything one API key can reach. Projects share only the capacity of the hosts. */
export class Project {
  readonly id: string;
  readonly organizationId = organization.id;
  readonly keyId: string;
  readonly sandboxes: Collection<SandboxRecord>;
  readonly archive: Collection<SandboxRecord>;
  readonly snapshots = new Collection<SnapshotRecord>();
  readonly pools = new Collection<PoolRecord>();
  readonly images = new Collection<ImageRecord>();
  readonly secrets = new Collection<SecretRecord>();
  readonly fileSystems: Collection<FileSystemRecord>;
  private readonly idsByName = new Map<string, string>();

  /**
   * The ids are derived from the identity of its key, so that they are the same after a restart, and do not reveal a key.
   *
   * @param order of its sandboxes
   */
  constructor(
    identity: string,
    readonly name: string,
    order: (a: Keyed, b: Keyed) => number,
  ) {
    this.sandboxes = new Collection(order);
    this.archive = new Collection(order);
    const digest = createHash('sha256').update(identity).digest('hex');
    this.id = `project_${digest.slice(0, 12)}`;
    this.keyId = `apikey_${digest.slice(12, 24)}`;
    this.fileSystems = fileSystemsOf(this.id);
  }

  /** A sandbox by id or name (API reference section 2.1); a name stays with a terminated sandbox until it is taken again. */
  find(idOrName: string): SandboxRecord | undefined {
    return this.sandboxes.get(idOrName) ?? this.holderOf(idOrName);
  }

  holderOf(name: string): SandboxRecord | undefined {
    const id = this.idsByName.get(name);
    return id === undefined ? undefined : this.sandboxes.get(id);
  }

  add(sandbox: SandboxRecord): void {
    this.sandboxes.add(sandbox);
    // An ended sandbox never takes a name away from one that exists.
    if (
      sandbox.name !== undefined &&
      (sandbox.state !== 'terminated' || this.holderOf(sandbox.name) === undefined)
    ) {
      this.idsByName.set(sandbox.name, sandbox.id);
    }
  }

  rename(sandbox: SandboxRecord, name: string): void {
    this.releaseName(sandbox);
    sandbox.name = name;
    this.idsByName.set(name, sandbox.id);
  }

  /** Archives a sandbox that the project lists; warm sandboxes of a pool are in no list and no archive. */
  moveToArchive(sandbox: SandboxRecord): void {
    if (this.sandboxes.get(sandbox.id) !== sandbox) return;
    this.releaseName(sandbox);
    this.sandboxes.delete(sandbox);
    this.archive.add(sandbox);
  }

  private releaseName({ id, name }: SandboxRecord): void {
    if (name !== undefined && this.idsByName.get(name) === id) this.idsByName.delete(name);
  }
}

const fileSystemNames = [
  { name: 'datasets', description: 'Shared training and test data' },
  { name: 'model-cache', description: 'Downloaded model weights' },
] as const;

/** The registered file systems of a project: always the same two, since no source shows how one is made. */
function fileSystemsOf(projectId: string): Collection<FileSystemRecord> {
  const all = new Collection<FileSystemRecord>();
  for (const { name, description } of fileSystemNames) {
    const digest = createHash('sha256').update(`${projectId} ${name}`).digest('hex');
    all.add({
      id: `file_system_${digest.slice(0, 16)}`,
      createdAtMs: Date.UTC(2026, 0, 1),
      name,
      description,
      region: 'local',
      status: 'ready',
    });
  }
  return all;
}
