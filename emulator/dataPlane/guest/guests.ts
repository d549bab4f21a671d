import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../kernel/errors';
import type { Change } from '../../lifecycle/engine';
import type { Cloud } from '../../model/cloud';
import type { SandboxRecord, SnapshotRecord } from '../../records/records';
import { Guest, rootOf } from './guest';
import type { Environment } from '../machine/launcher';
import { startBody } from '../processes/processSchemas';
import { copyTree, exists, furnish, makeTree, removeTree } from '../machine/tree';
import type { Views } from '../machine/view';

/** The insides of all sandboxes. Each is made when something first asks for it, and follows the lifecycle from then on. */
export class Guests {
  private readonly opening = new Map<string, Promise<Guest>>();
  private readonly opened = new Map<string, Guest>();
  /** Files under way to a new sandbox. */
  private readonly contents = new Map<string, Promise<void>>();
  private readonly snapshots = new Map<string, Promise<void>>();
  /** Copies under way from a sandbox, one after the other. */
  private readonly copies = new Map<string, Promise<void>>();
  private readonly removals = new Set<Promise<void>>();
  private readonly bootedAtMs = new WeakMap<SandboxRecord, number>();
  private directory: Promise<string> | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly views: Views,
    /** Absolute: views are made in another working directory. */
    private readonly dataDir: string | undefined,
  ) {
    cloud.observeLaunches(sandbox => this.follow(sandbox));
    cloud.observeSnapshots((snapshot, event) => {
      if (event === 'begun') this.keep(snapshot);
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
    // The next request shall try again.
    opening.catch(() => this.opening.delete(sandbox.id));
    return opening;
  }

  /** Waits until nobody copies its files any more: a request of after the copy must not show in it. */
  async copied({ id }: SandboxRecord): Promise<void> {
    await this.copies.get(id)?.catch(() => undefined);
  }

  /** When it has last come up from nothing, if that was in the emulator's time. */
  bootTime(sandbox: SandboxRecord): number | undefined {
    return this.bootedAtMs.get(sandbox);
  }

  /** Removes the files of what is not among `ids`, before the first guest: an emulator that was killed may have left some. */
  async prune(ids: ReadonlySet<string>): Promise<void> {
    for (const kind of ['sandboxes', 'snapshots']) {
      const folder = join(await this.base(), kind);
      for (const id of await readdir(folder).catch(() => [])) {
        if (!ids.has(id)) await removeTree(join(folder, id)).catch(() => undefined);
      }
    }
  }

  /** Ends everything, and removes what the emulator has made for itself. */
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

  /** What a sandbox brings from elsewhere is fetched at once: its source goes on living. */
  private follow(sandbox: SandboxRecord): void {
    const kind = sandbox.origin?.kind;
    if (kind !== 'snapshot' && kind !== 'copy') return;
    const content = this.fill(sandbox);
    this.contents.set(sandbox.id, content);
    // Whoever opens the sandbox hears of it.
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
    // One of the seeds has no files of its own.
    if (!(await exists(kept))) await this.furnish(path, true);
    else await makeTree(await path, draft => copyTree(kept, draft, { withTmp: true }));
  }

  private async furnish(path: Promise<string>, hasPast: boolean): Promise<void> {
    await makeTree(await path, draft => furnish(draft, hasPast));
  }

  private async open(sandbox: SandboxRecord): Promise<Guest> {
    const directory = await this.sandboxPath(sandbox.id);
    await this.contents.get(sandbox.id);
    // It is there after a restart, or when an earlier try came this far.
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
    // Without a directory of its own, what nobody opened has no files.
    if (opening === undefined && content === undefined && this.dataDir === undefined) return;
    this.discard(
      this.sandboxPath(id),
      Promise.allSettled([opening, content]).then(async () => {
        // It was still being opened when it ended.
        const late = this.opened.get(id);
        this.opened.delete(id);
        late?.stop();
        // Others may still be copying from it.
        await Promise.allSettled([...this.contents.values(), ...this.snapshots.values()]);
      }),
    );
  }

  private keep(snapshot: SnapshotRecord): void {
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
      // An earlier run came this far.
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
