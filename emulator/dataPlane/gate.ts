import type { IncomingHttpHeaders } from 'node:http';
import { managementPort, hostLabel, type ProxyTarget } from '../http/proxyTarget';
import { refusal } from '../http/refusal';
import type { HttpError } from '../http/reply';
import { openSourceWords } from '../kernel/openSource';
import { bearer, type Access, type NamedScope } from '../model/account/access';
import type { Cloud } from '../model/cloud';
import { freeSlots } from '../model/plan';
import type { Project } from '../model/project';
import type { SandboxRecord } from '../records/records';
import type { Guest } from './guest/guest';
import type { Guests } from './guest/guests';

export interface Admission {
  readonly sandbox: SandboxRecord;
  readonly guest: Guest;
  /** Whether the bearer token was needed for access, so that it is not passed on to the service behind the port. */
  readonly usedToken: boolean;
}

/** The credentials and the scope of a request. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  /** The scope in the query of a WebSocket, which cannot set headers (API reference section 1.2). */
  readonly named?: NamedScope;
  /** Whether the endpoint checks a token of its own, as the WebSocket of a terminal does. */
  readonly hasOwnToken?: boolean;
}

/** Authorizes access to a sandbox, and resumes it (API reference sections 2.8, 3.1 and 3.9). */
export class Gate {
  constructor(
    private readonly cloud: Cloud,
    private readonly access: Access,
    private readonly guests: Guests,
    private readonly readyAfterBootMs: number,
  ) {}

  private get isOpenSource(): boolean {
    return this.cloud.dialect.surface === 'openSource';
  }

  /** @throws HttpError with the codes of API reference section 3.1 */
  async admit(target: ProxyTarget, caller: Caller, signal: AbortSignal): Promise<Admission> {
    const open = this.openTo(target, caller);
    const { sandbox, project } = open ?? this.sandboxOfCaller(target, caller);
    if (target.port !== managementPort && sandbox.exposedPorts?.includes(target.port) !== true) {
      throw refusal(Number(this.cloud.dialect.unexposedPort), `Port ${target.port} is not exposed`);
    }
    const { host } = target;
    if (sandbox.state === 'terminated' || this.isFormerHost(sandbox, host)) throw unknownSandbox();
    await this.resume(project, sandbox, signal);
    const booted = this.guests.bootTime(sandbox);
    const isBooting = booted !== undefined && this.cloud.clock.now() < booted + this.readyAfterBootMs;
    if (isBooting || this.guests.wasKilled(sandbox)) {
      throw refusal(502, openSourceWords.refused, 'CONNECTION_REFUSED');
    }
    await this.guests.copied(sandbox);
    return { sandbox, guest: await this.guests.of(sandbox), usedToken: open === undefined };
  }

  /** A sandbox that needs no bearer token. Only an id resolves without one, since names belong to projects. */
  private openTo({ sandbox: id, port }: ProxyTarget, { headers, hasOwnToken = false }: Caller) {
    const sandbox = this.cloud.sandboxById(id);
    const isOpen =
      port === managementPort
        ? hasOwnToken &&
          bearer(headers.authorization) === undefined &&
          this.cloud.dialect.ptyBearer === 'optional'
        : sandbox?.allowUnauthenticatedAccess === true;
    if (sandbox === undefined || !isOpen) return undefined;
    const project = this.cloud.projectById(sandbox.projectId);
    return project === undefined ? undefined : { sandbox, project };
  }

  private sandboxOfCaller({ sandbox: idOrName }: ProxyTarget, { headers, named }: Caller) {
    if (this.isOpenSource) {
      const sandbox = this.cloud.sandboxById(idOrName);
      const project = sandbox && this.cloud.projectById(sandbox.projectId);
      // It has no address before it runs, and no longer when it has ended.
      if (sandbox === undefined || project === undefined || sandbox.state === 'pending')
        throw unknownSandbox();
      return { sandbox, project };
    }
    const project = this.access.project(headers, named);
    const sandbox = project.find(idOrName);
    if (sandbox === undefined) throw unknownSandbox();
    return { sandbox, project };
  }

  private isFormerHost({ moves = 0, state }: SandboxRecord, host: string | undefined): boolean {
    if (this.cloud.dialect.address !== 'moves' || host === undefined || state === 'suspended') return false;
    return host !== hostLabel(moves);
  }

  private async resume(project: Project, sandbox: SandboxRecord, signal: AbortSignal): Promise<void> {
    const { engine, plan, timings, dialect } = this.cloud;
    if (sandbox.state === 'suspended' && sandbox.name !== undefined && dialect.autoResume === 'on') {
      if (freeSlots(plan, project) < 1) throw notRunning(sandbox);
      engine.fire(sandbox, 'resume');
    }
    if (isResuming(sandbox)) {
      const isUp = ({ state }: SandboxRecord): boolean => state !== 'pending';
      if (!(await engine.until(sandbox, isUp, timings.createWait, signal))) throw notReady();
    }
    switch (sandbox.state) {
      case 'running':
        return;
      case 'snapshotting':
        if (this.cloud.dialect.snapshots === 'resume') return;
        throw refusal(503, openSourceWords.stopping, 'SANDBOX_NOT_RUNNING');
      case 'pending':
        throw notReady();
      case 'terminated':
        throw unknownSandbox();
      default:
        throw notRunning(sandbox);
    }
  }
}

/** Whether it is being resumed: only a resume makes a sandbox pending that was up before. */
function isResuming({ state, moves = 0 }: SandboxRecord): boolean {
  return state === 'pending' && moves > 0;
}

function unknownSandbox(): HttpError {
  return refusal(404, 'Sandbox not found', 'SANDBOX_NOT_FOUND');
}

function notReady(): HttpError {
  return refusal(503, 'Sandbox not ready (state: pending)', 'SANDBOX_NOT_READY');
}

function notRunning({ state }: SandboxRecord): HttpError {
  return refusal(503, `Sandbox not running (state: ${state})`, 'SANDBOX_NOT_RUNNING');
}
