import { Timers, type Clock } from '../clock';
import type { CapacityLimits } from '../lifecycle/capacity';
import { Engine } from '../lifecycle/engine';
import type { Timings } from '../timings';
import { newId } from './ids';
import type { PlanLimits } from './plan';
import { Project } from './project';
import type { SandboxRecord, SandboxSpec, StartupFailure } from './records';
import { followResizes } from './resize';
import { followSnapshots } from './snapshots';

export interface CloudOptions {
  readonly clock: Clock;
  readonly timings: Timings;
  readonly plan: PlanLimits;
  readonly capacity: CapacityLimits;
  readonly apiKeys: readonly string[];
}

/** Everything behind the API: the projects, and the engine that keeps them moving. */
export class Cloud {
  readonly clock: Clock;
  readonly timings: Timings;
  readonly plan: PlanLimits;
  readonly engine: Engine;
  readonly timers: Timers;
  /** The port of the server, known once it listens. */
  port = 0;
  private readonly byKey: ReadonlyMap<string, Project>;
  private readonly byId: ReadonlyMap<string, Project>;

  constructor({ clock, timings, plan, capacity, apiKeys }: CloudOptions) {
    this.clock = clock;
    this.timings = timings;
    this.plan = plan;
    this.engine = new Engine(clock, timings, capacity);
    this.timers = new Timers(clock);
    this.byKey = new Map(apiKeys.map(key => [key, new Project(key)]));
    this.byId = new Map([...this.byKey.values()].map(project => [project.id, project]));
    this.engine.observe(({ sandbox, event }) => {
      if (event === 'archive') this.byId.get(sandbox.projectId)?.moveToArchive(sandbox);
    });
    followSnapshots(this);
    followResizes(this);
  }

  projectOf(apiKey: string): Project | undefined {
    return this.byKey.get(apiKey);
  }

  projectById(id: string): Project | undefined {
    return this.byId.get(id);
  }

  /** A sandbox of any project by its id. */
  sandboxById(id: string): SandboxRecord | undefined {
    for (const project of this.byId.values()) {
      const sandbox = project.sandboxes.get(id);
      if (sandbox !== undefined) return sandbox;
    }
    return undefined;
  }

  /** Begins the life of a sandbox. */
  launch(
    project: Project,
    spec: SandboxSpec,
    start: 'boot' | 'resume',
    startupFailure?: StartupFailure,
  ): SandboxRecord {
    const sandbox: SandboxRecord = {
      ...spec,
      id: newId(),
      projectId: project.id,
      createdAtMs: this.clock.now(),
      state: 'pending',
      placed: false,
      start,
      startupFailure,
    };
    project.add(sandbox);
    this.engine.admit(sandbox);
    return sandbox;
  }

  stop(): void {
    this.engine.stop();
    this.timers.stop();
  }
}
