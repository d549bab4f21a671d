import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../kernel/errors';
import type { Change } from '../../lifecycle/engine';
import type { Cloud } from '../../model/cloud';
import type { SandboxRecord, SnapshotRecord } from '../../records/records';
import type { Environment } from '../machine/launcher';
import { copyTree, exists, furnish, makeTree, removeTree } from '../machine/tree';
import type { Views } from '../machine/view';
import { startBody } from '../processes/processSchemas';
import { Guest, rootOf } from './guest';

/** The guests of all sandboxes. Each is opened by the first request for it, and follows the lifecycle from then on. */
export class Guests {
  private readonly opening = new Map<string, Promise<Guest>>();
  private readonly opened = new Map<string, Guest>();
  /** Fills of new sandboxes that are under way. */
  private readonly contents = new Map<string, Promise<void>>();
  private readonly snapshots = new Map<string, Promise<void>>();
  /** The last copy under way from each sandbox; copies run one after the other. */
  private readonly copies = new Map<string, Promise<void>>();
  private readonly removals = new Set<Promise<void>>();
  private readonly bootedAtMs = new WeakMap<SandboxRecord, number>();
  private readonly killed = new WeakSet<SandboxRecord>();
  private directory: Promise<string> | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly views: Views,
    /** Absolute, since views are opened in another working directory. */
    private readonly dataDir: string | undefined,
  ) {
    cloud.observeLaunches(sandbox => this.follow(sandbox));
    cloud.observeSnapshots((snapshot, event) => {
      if (event === 'begun') this.takeFiles(snapshot);
      else this.discard(this.snapshotPath(snapshot.id), this.snapshots.get(snapshot.id));
    });
    cloud.engine.observe(change => this.react(change));
    process.on('exit', this.stopAll);
  }

  /** The inside of a sandbox that is up. */
  of(sandbox: SandboxRecord): Promise<Guest> {
    const existing = this.opening.get(sandbox.id);
    if (existing !== undefined) return existing;
    const opening = this.open(sandbox);
    this.opening.set(sandbox.id, opening);
    // The next request tries again.
    opening.catch(() => this.opening.delete(sandbox.id));
    return opening;
  }

  /** Waits until copies of its files are done: the changes of a later request must not be in them. */
  async copied({ id }: SandboxRecord): Promise<void> {
    await this.copies.get(id)?.catch(() => undefined);
  }

  /** When it last booted, if that was in this run of the emulator. */
  bootTime(sandbox: SandboxRecord): number | undefined {
    return this.bootedAtMs.get(sandbox);
  }

  /** Ends all that runs in a sandbox, as when its daemon is killed. Nothing answers in there any more. */
  kill(sandbox: SandboxRecord): void {
    this.killed.add(sandbox);
    this.opened.get(sandbox.id)?.crash();
  }

  wasKilled(sandbox: SandboxRecord): boolean {
    return this.killed.has(sandbox);
  }

  /** Removes files that belong to none of `ids`, which a killed emulator may have left. Called before the first guest opens. */
  async prune(ids: ReadonlySet<string>): Promise<void> {
    for (const kind of ['sandboxes', 'snapshots']) {
      const folder = join(await this.base(), kind);
      for (const id of await readdir(folder).catch(() => [])) {
        if (!ids.has(id)) await removeTree(join(folder, id)).catch(() => undefined);
      }
    }
  }

  /** Ends all guests, and removes the directory if it was made for this run. */
  async stop(): Promise<void> {
    process.off('exit', this.stopAll);
    await Promise.allSettled([
      ...this.opening.values(),
      ...this.contents.values(),
      ...this.snapshots.values(),
    ]);
    this.stopAll();
    await Promise.allSettled(this.removals);
    if (this.directory !== undefined && this.dataDir === undefined) await removeTree(await this.directory);
  }

  private readonly stopAll = (): void => {
    for (const guest of this.opened.values()) guest.stop();
  };

  /** Files from a snapshot or a copy are fetched at once, since their source changes on. */
  private follow(sandbox: SandboxRecord): void {
    const kind = sandbox.origin?.kind;
    if (kind !== 'snapshot' && kind !== 'copy') return;
    const content = this.fill(sandbox);
    this.contents.set(sandbox.id, content);
    // Opening the sandbox reports the error.
    content.catch(() => undefined);
  }

  private fill({ id, origin }: SandboxRecord): Promise<void> {
    const path = this.sandboxPath(id).then(rootOf);
    if (origin?.kind === 'copy') {
      const source = this.cloud.sandboxById(origin.sandboxId);
      if (source !== undefined && source.state !== 'terminated') return this.copy(source, path, true);
    }
    return origin?.kind === 'snapshot'
      ? this.unpack(origin.snapshotId, path)
      : this.furnish(path, origin !== undefined);
  }

  private async unpack(snapshotId: string, path: Promise<string>): Promise<void> {
    await this.snapshots.get(snapshotId);
    const kept = await this.snapshotPath(snapshotId);
    // A seeded snapshot has no files.
    if (!(await exists(kept))) await this.furnish(path, true);
    else await makeTree(await path, draft => copyTree(kept, draft, { withTmp: true }));
  }

  private async furnish(path: Promise<string>, withProject: boolean): Promise<void> {
    await makeTree(await path, draft => furnish(draft, withProject));
  }

  private async open(sandbox: SandboxRecord): Promise<Guest> {
    const directory = await this.sandboxPath(sandbox.id);
    await this.contents.get(sandbox.id);
    // It exists after a restart, or when an earlier attempt got this far.
    if (!(await exists(rootOf(directory)))) await this.fill(sandbox);
    const { clock, logs } = this.cloud;
    const { id: sandboxId, projectId } = sandbox;
    const guest = await Guest.open(directory, {
      clock,
      views: this.views,
      secrets: () => this.secretsOf(sandbox),
      retain: (process, stream, lines) => {
        for (const line of lines) logs.appendLine({ sandboxId, projectId, process }, stream, line);
      },
    });
    this.opened.set(sandbox.id, guest);
    return guest;
  }

  private secretsOf({ projectId, secretNames = [] }: SandboxRecord): Environment {
    const secrets = this.cloud.projectById(projectId)?.secrets.values() ?? [];
    return Object.fromEntries(
      secrets.filter(({ name }) => secretNames.includes(name)).map(({ name, value }) => [name, value]),
    );
  }

  private react({ sandbox, event }: Change): void {
    const guest = this.opened.get(sandbox.id);
    if (event === 'suspend') {
      if (this.cloud.dialect.ptySleep === 'ends') guest?.terminals.clear();
      guest?.freeze();
    }
    if (event === 'start') {
      if ((sandbox.moves ?? 0) > 0) guest?.thaw();
      else this.boot(sandbox);
    }
    if (sandbox.state === 'terminated' && event !== 'archive') this.end(sandbox);
  }

  private boot(sandbox: SandboxRecord): void {
    this.bootedAtMs.set(sandbox, this.cloud.clock.now());
    const { id: sandboxId, projectId, entrypoint, warm } = sandbox;
    const [command, ...args] = entrypoint ?? [];
    if (command === undefined || warm === true) return;
    const start = async (): Promise<void> => {
      const guest = await this.of(sandbox);
      await guest.processes.start(startBody.parse({ command, args }));
    };
    start().catch((error: unknown) => {
      const process = { processId: 'entrypoint', pid: 0, command: [command, ...args].join(' ') };
      const body = `The entrypoint did not start: ${messageOf(error)}`;
      this.cloud.logs.append({ sandboxId, projectId, process }, { body, level: 5 });
    });
  }

  private end({ id }: SandboxRecord): void {
    const opening = this.opening.get(id);
    this.opening.delete(id);
    this.opened.get(id)?.stop();
    this.opened.delete(id);
    const content = this.contents.get(id);
    this.contents.delete(id);
    // In a temporary directory, a sandbox that was never opened has no files.
    if (opening === undefined && content === undefined && this.dataDir === undefined) return;
    this.discard(
      this.sandboxPath(id),
      Promise.allSettled([opening, content]).then(async () => {
        // It ended while it was being opened.
        const late = this.opened.get(id);
        this.opened.delete(id);
        late?.stop();
        // Others may still be copying from it.
        await Promise.allSettled([...this.contents.values(), ...this.snapshots.values()]);
      }),
    );
  }

  private takeFiles(snapshot: SnapshotRecord): void {
    const source = this.cloud.sandboxById(snapshot.sandboxId);
    if (source === undefined) return;
    const taken = this.copy(source, this.snapshotPath(snapshot.id), snapshot.type === 'memory');
    this.snapshots.set(snapshot.id, taken);
    taken.catch(() => undefined);
  }

  private copy(source: SandboxRecord, target: Promise<string>, withTmp: boolean): Promise<void> {
    const before = this.copies.get(source.id);
    const copy = (async () => {
      await before?.catch(() => undefined);
      // An earlier run has completed it.
      if (await exists(await target)) return;
      const guest = await this.of(source);
      await makeTree(await target, draft => guest.copyTo(draft, { withTmp }));
    })();
    this.copies.set(source.id, copy);
    const done = (): void => {
      if (this.copies.get(source.id) === copy) this.copies.delete(source.id);
    };
    copy.then(done, done);
    return copy;
  }

  private discard(path: Promise<string>, after: Promise<unknown> | undefined): void {
    const removal = Promise.resolve(after)
      .catch(() => undefined)
      .then(async () => removeTree(await path))
      .catch(() => undefined);
    this.removals.add(removal);
    void removal.then(() => this.removals.delete(removal));
  }

  private async sandboxPath(id: string): Promise<string> {
    return join(await this.base(), 'sandboxes', id);
  }

  private async snapshotPath(id: string): Promise<string> {
    return join(await this.base(), 'snapshots', id);
  }

  private base(): Promise<string> {
    this.directory ??=
      this.dataDir === undefined
        ? mkdtemp(join(tmpdir(), 'tensorlake-emulator-'))
        : makeDirectory(this.dataDir);
    return this.directory;
  }
}

async function makeDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
