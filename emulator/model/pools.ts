import { HttpError } from '../http/reply';
import { newId } from '../kernel/ids';
import type { PoolRecord, PoolSpec } from '../records/catalog';
import type { FileSystemMount, SandboxRecord } from '../records/records';
import { startupFailureOf } from './images';
import { resolveTimeout } from './plan';
import type { Project } from './project';
import type { ModelServices } from './services';

/** A container of a pool's detail (API reference section 2.16). */
interface Container {
  readonly id: string;
  readonly state: 'Idle' | 'Running';
  readonly sandboxId?: string;
}

/** The sandboxes of a pool. */
interface Room {
  readonly pool: PoolRecord;
  readonly project: Project;
  /** Sandboxes kept ready, booting ones included. */
  readonly warm: Set<SandboxRecord>;
  /** Claims that wait because the pool is full, oldest first. */
  readonly waiting: Set<SandboxRecord>;
}

/**
 * Keeps pools warm. A warm container is a sandbox like any other, with a boot and capacity on a host, that no project
 * lists; a claim takes over its capacity and is running at once.
 */
export class Pools {
  private readonly rooms = new Map<string, Room>();

  constructor(private readonly services: ModelServices) {
    services.engine.observe(({ sandbox }) => {
      if (sandbox.poolId === undefined) return;
      const room = this.rooms.get(sandbox.poolId);
      if (room !== undefined) this.follow(room, sandbox);
    });
  }

  create(project: Project, spec: PoolSpec): PoolRecord {
    const pool: PoolRecord = {
      id: newId(),
      projectId: project.id,
      createdAtMs: this.services.clock.now(),
      spec,
    };
    this.services.ledger.save('pool', pool);
    project.pools.add(pool);
    this.open(project, pool);
    return pool;
  }

  /** Starts to fill a pool that its project holds already, and collects the claims that wait for it. */
  open(project: Project, pool: PoolRecord): void {
    const waiting = project.sandboxes
      .values()
      .filter(sandbox => isClaimOf(pool, sandbox) && isWaiting(sandbox))
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
    const room: Room = { pool, project, warm: new Set(), waiting: new Set(waiting) };
    this.rooms.set(pool.id, room);
    this.serve(room);
  }

  /** Replaces what the pool's sandboxes are made from; warm ones made from the old spec are terminated. */
  replace(pool: PoolRecord, spec: PoolSpec): void {
    pool.spec = spec;
    pool.updatedAtMs = this.services.clock.now();
    this.services.ledger.save('pool', pool);
    const room = this.rooms.get(pool.id);
    if (room === undefined) return;
    this.drain(room);
    this.serve(room);
  }

  /** @throws HttpError 409 while claimed sandboxes live, unless `force` ends them */
  delete(project: Project, pool: PoolRecord, force: boolean): void {
    const active = project.sandboxes.values().filter(sandbox => isClaimOf(pool, sandbox));
    if (active.length > 0 && !force) {
      throw new HttpError(
        409,
        `Cannot delete pool '${pool.id}': pool has ${active.length} active sandbox(es)`,
      );
    }
    const room = this.rooms.get(pool.id);
    this.rooms.delete(pool.id);
    project.pools.delete(pool);
    this.services.ledger.remove('pool', pool.id);
    for (const sandbox of active) {
      this.services.engine.fire(sandbox, 'terminate');
      sandbox.outcome = 'Failure(PoolDeleted)';
    }
    if (room !== undefined) this.drain(room);
  }

  /** Claims a sandbox: a warm one at once, otherwise one that boots or waits until the pool has room. */
  claim(project: Project, pool: PoolRecord, fileSystems: readonly FileSystemMount[]): SandboxRecord {
    const sandbox = this.sandboxOf(project, pool, fileSystems);
    sandbox.pendingReason = 'scheduling';
    this.services.addSandbox(project, sandbox);
    const room = this.rooms.get(pool.id);
    if (room === undefined) return sandbox;
    room.waiting.add(sandbox);
    this.serve(room);
    return sandbox;
  }

  containers(project: Project, pool: PoolRecord): readonly Container[] {
    const ready = [...(this.rooms.get(pool.id)?.warm ?? [])].filter(({ state }) => state === 'running');
    const claimed = project.sandboxes
      .values()
      .filter(sandbox => isClaimOf(pool, sandbox) && !isWaiting(sandbox));
    return [
      ...ready.map(({ id }) => ({ id, state: 'Idle' as const })),
      ...claimed.map(({ id, containerId }) => ({
        id: containerId ?? id,
        state: 'Running' as const,
        sandboxId: id,
      })),
    ];
  }

  private follow(room: Room, sandbox: SandboxRecord): void {
    const isWarm = room.warm.has(sandbox);
    if (sandbox.state === 'terminated') {
      room.waiting.delete(sandbox);
      // One that failed to start is not replaced until something changes: the next would fail just the same.
      if (isWarm) room.warm.delete(sandbox);
      else this.serve(room);
    } else if (isWarm && sandbox.state === 'running') this.serve(room);
  }

  private serve(room: Room): void {
    for (const sandbox of room.waiting) {
      const ready = [...room.warm].find(({ state }) => state === 'running');
      if (ready !== undefined) this.handOver(room, ready, sandbox);
      else if (this.size(room) < (room.pool.spec.maxContainers ?? Infinity)) {
        room.waiting.delete(sandbox);
        this.services.engine.admit(sandbox);
      } else sandbox.pendingReason = 'pool_at_capacity';
    }
    this.fill(room);
  }

  private handOver(room: Room, ready: SandboxRecord, sandbox: SandboxRecord): void {
    room.warm.delete(ready);
    room.waiting.delete(sandbox);
    sandbox.containerId = ready.id;
    sandbox.placed = true;
    // Taken before the warm one releases it, so that no queued sandbox gets it in between.
    this.services.engine.adopt(sandbox);
    this.services.engine.fire(sandbox, 'start');
    this.services.engine.fire(ready, 'terminate');
  }

  private fill(room: Room): void {
    const { minContainers = 0, maxContainers = Infinity, warmContainers = 0 } = room.pool.spec;
    const claimed = this.size(room) - room.warm.size;
    const wanted = Math.min(Math.max(warmContainers, minContainers - claimed), maxContainers - claimed);
    while (room.warm.size < wanted) {
      const sandbox: SandboxRecord = { ...this.sandboxOf(room.project, room.pool, []), warm: true };
      room.warm.add(sandbox);
      this.services.engine.admit(sandbox);
    }
  }

  private drain(room: Room): void {
    const old = [...room.warm];
    room.warm.clear();
    for (const sandbox of old) this.services.engine.fire(sandbox, 'terminate');
  }

  /** Containers in use: warm ones and those of claims. */
  private size({ pool, project, warm, waiting }: Room): number {
    const claimed = project.sandboxes.values().filter(sandbox => isClaimOf(pool, sandbox));
    return warm.size + claimed.length - waiting.size;
  }

  private sandboxOf(
    project: Project,
    { id, spec }: PoolRecord,
    fileSystems: readonly FileSystemMount[],
  ): SandboxRecord {
    const { plan, dialect } = this.services;
    const sandbox = this.services.newSandbox(project, {
      image: spec.image,
      resources: spec.resources,
      // A lifetime is as the pool has it, without a limit where that is 0.
      timeoutSecs: dialect.timeout === 'lifetime' ? spec.timeoutSecs : resolveTimeout(plan, spec.timeoutSecs),
      entrypoint: spec.entrypoint,
      network: spec.network,
      exposedPorts: spec.exposedPorts,
      allowUnauthenticatedAccess: spec.allowUnauthenticatedAccess,
      secretNames: spec.secretNames,
      fileSystems,
      poolId: id,
    });
    return { ...sandbox, startupFailure: startupFailureOf(spec.image) };
  }
}

function isClaimOf({ id }: PoolRecord, { poolId, state }: SandboxRecord): boolean {
  return poolId === id && state !== 'terminated';
}

function isWaiting({ state, placed, pendingReason }: SandboxRecord): boolean {
  return state === 'pending' && !placed && pendingReason === 'pool_at_capacity';
}
