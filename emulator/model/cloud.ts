import { Timers, type Clock } from '../kernel/clock';
import type { Dialect } from '../kernel/dialect';
import { isIdShaped, newId } from '../kernel/ids';
import type { LifecycleTimings } from '../kernel/timings';
import type { CapacityLimits } from '../lifecycle/capacity';
import { Engine } from '../lifecycle/engine';
import type { Ledger } from '../records/ledger';
import type { SandboxRecord, SandboxSpec, SnapshotRecord, StartupFailure } from '../records/records';
import { LogStore } from '../telemetry/logStore';
import { NetworkStore } from '../telemetry/networkStore';
import { Accounts } from './account/accounts';
import { byId, newestFirst, type Keyed } from './collection';
import type { Credential } from './account/credentials';
import { Logins } from './account/logins';
import type { PlanLimits } from './plan';
import { Pools } from './pools';
import { Project } from './project';
import { failInterruptedResizes } from './resize';
import type { ModelServices, SnapshotEvent } from './services';
import { followSnapshots } from './snapshots';

export interface CloudOptions {
  readonly clock: Clock;
  readonly timings: LifecycleTimings;
  readonly plan: PlanLimits;
  readonly capacity: CapacityLimits;
  readonly dialect: Dialect;
  readonly ledger: Ledger;
  readonly apiKeys: readonly Credential[];
  readonly pats: readonly Credential[];
}

const loginValidMs = 10 * 60_000;

/** Everything behind the API: projects, accounts, and the engine that runs the lifecycle of sandboxes. */
export class Cloud implements ModelServices {
  readonly clock: Clock;
  readonly timings: LifecycleTimings;
  readonly plan: PlanLimits;
  readonly dialect: Dialect;
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly timers: Timers;
  readonly pools: Pools;
  readonly logs: LogStore;
  readonly network: NetworkStore;
  readonly accounts: Accounts;
  readonly logins: Logins;
  /** The port of the server, known once it listens. */
  port = 0;
  /** The port of what goes to sandboxes, where that is another one. */
  proxyPort: number | undefined;
  private readonly launchObservers: ((sandbox: SandboxRecord) => void)[] = [];
  private readonly snapshotObservers: ((snapshot: SnapshotRecord, event: SnapshotEvent) => void)[] = [];
  private readonly byKey: ReadonlyMap<string, Project>;
  private readonly byId: Map<string, Project>;
  private readonly namespaces = new Map<string, Project>();
  private readonly order: (a: Keyed, b: Keyed) => number;

  constructor({ clock, timings, plan, capacity, dialect, ledger, apiKeys, pats }: CloudOptions) {
    this.clock = clock;
    this.timings = timings;
    this.plan = plan;
    this.dialect = dialect;
    this.ledger = ledger;
    this.engine = new Engine(clock, timings, capacity);
    this.timers = new Timers(clock);
    this.accounts = new Accounts(pats, clock, ledger);
    this.logins = new Logins(clock, this.accounts, loginValidMs);
    this.logs = new LogStore(clock);
    this.network = new NetworkStore(clock);
    this.order = dialect.order === 'id' ? byId : newestFirst;
    this.byKey = new Map(
      apiKeys.map(({ secret, identity }, index) => [
        secret,
        new Project(identity, index === 0 ? 'default' : `project-${index + 1}`, this.order),
      ]),
    );
    this.byId = new Map([...this.byKey.values()].map(project => [project.id, project]));
    this.engine.observe(({ sandbox, event }) => {
      if (event === 'resume') sandbox.moves = (sandbox.moves ?? 0) + 1;
      if (event === 'archive') this.byId.get(sandbox.projectId)?.moveToArchive(sandbox);
      if (sandbox.warm !== true) ledger.save('sandbox', sandbox);
    });
    followSnapshots(this);
    failInterruptedResizes(this);
    this.pools = new Pools(this);
  }

  get projects(): readonly Project[] {
    return [...this.byId.values()];
  }

  /** The project of a namespace, where those are projects: `default` is that of the first key, others come with the first request. */
  namespace(name: string): Project {
    const known = this.projects.find(project => project.name === name) ?? this.namespaces.get(name);
    if (known !== undefined) return known;
    const project = new Project(`namespace ${name}`, name, this.order);
    this.namespaces.set(name, project);
    this.byId.set(project.id, project);
    return project;
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

  /** Whether a label may name a sandbox of any project: whatever looks like an id, or the name of one that there is. */
  isSandboxLabel(label: string): boolean {
    return isIdShaped(label) || this.projects.some(project => project.holderOf(label) !== undefined);
  }

  /** Creates a sandbox and lets the engine start it. */
  launch(
    project: Project,
    spec: SandboxSpec,
    start: 'boot' | 'resume',
    startupFailure?: StartupFailure,
  ): SandboxRecord {
    const sandbox = { ...this.newSandbox(project, spec), start, startupFailure };
    this.addSandbox(project, sandbox);
    this.engine.admit(sandbox);
    return sandbox;
  }

  newSandbox(project: Project, spec: SandboxSpec): SandboxRecord {
    return {
      ...spec,
      id: newId(),
      projectId: project.id,
      createdAtMs: this.clock.now(),
      state: 'pending',
      placed: false,
      start: 'boot',
    };
  }

  addSandbox(project: Project, sandbox: SandboxRecord): void {
    project.add(sandbox);
    this.ledger.save('sandbox', sandbox);
    for (const observer of this.launchObservers) observer(sandbox);
  }

  /** Calls `observer` for every sandbox that is added to a project, except those of an earlier run. */
  observeLaunches(observer: (sandbox: SandboxRecord) => void): void {
    this.launchObservers.push(observer);
  }

  /** Calls `observer` for every snapshot that is begun or deleted. */
  observeSnapshots(observer: (snapshot: SnapshotRecord, event: SnapshotEvent) => void): void {
    this.snapshotObservers.push(observer);
  }

  reportSnapshot(snapshot: SnapshotRecord, event: SnapshotEvent): void {
    for (const observer of this.snapshotObservers) observer(snapshot, event);
  }

  stop(): void {
    this.engine.stop();
    this.timers.stop();
  }
}
