import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { DaemonFaults } from '../faults/effect';
import type { Door } from '../http/door';
import { frameworkAllow } from '../http/framework';
import { managementPort, type ProxyTarget } from '../http/proxyTarget';
import { refusal, refuseUpgrade, sendError } from '../http/refusal';
import { plainError, send } from '../http/reply';
import { closeSignal, lineOf } from '../http/request';
import { Router } from '../http/router';
import { openSourceLacks, openSourceWords } from '../kernel/openSource';
import type { Access } from '../model/account/access';
import type { Cloud } from '../model/cloud';
import { Gate, type Admission } from './gate';
import { Guests } from './guest/guests';
import { forwardRequest, forwardUpgrade } from './handlers/ports';
import { attachPty } from './handlers/ptySocket';
import { noContent, type DaemonRoute } from './handlers/route';
import { openTunnel } from './handlers/tunnel';
import { Views, type ViewMode } from './machine/view';
import { largestFrame } from './pty/ptyProtocol';
import { routes } from './routes';

/** How the inside of sandboxes is set up; what servers differ in is a switch (`kernel/dialect.ts`) or a fault. */
export interface DataPlaneOptions {
  /**
   * Where the files of sandboxes and snapshots are kept. Default: below the data directory of the server; without one,
   * a fresh directory that is removed at the stop.
   */
  readonly dataDir?: string;
  /** For this long after a boot nothing listens in the guest yet: 502 `CONNECTION_REFUSED`. Default: 0. */
  readonly readyAfterBootMs?: number;
  /** Commands see translated paths only, as where the system has no mount namespaces. Default: false. */
  readonly plainPaths?: boolean;
}

/** A request to the sandbox proxy. */
interface ProxyCall {
  readonly target: ProxyTarget;
  readonly request: IncomingMessage;
  readonly faults: DaemonFaults;
}

const ptyPath = /^\/api\/v1\/pty\/([^/]+)\/ws$/;
const tunnelPath = '/api/v1/tunnels/tcp';

/** Whether the open-source daemon has it. */
function isOfOpenSource({ method, path }: DaemonRoute): boolean {
  return !openSourceLacks.has(`${method} ${path}`);
}

/** The proxy in front of the sandboxes, and the daemon in each of them (API reference section 3). */
export class SandboxPlane {
  private readonly router: Router<DaemonRoute>;
  private readonly ptySockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame });
  private readonly tunnelSockets = new WebSocketServer({ noServer: true });
  private readonly views: Views;
  private readonly guests: Guests;
  private readonly gate: Gate;

  constructor(
    private readonly cloud: Cloud,
    access: Access,
    private readonly door: Door,
    options: DataPlaneOptions,
  ) {
    this.router = new Router(this.isOpenSource ? routes.filter(isOfOpenSource) : routes);
    this.views = new Views(options.plainPaths ?? false);
    this.guests = new Guests(cloud, this.views, options.dataDir);
    this.gate = new Gate(cloud, access, this.guests, options.readyAfterBootMs ?? 0);
  }

  private get isOpenSource(): boolean {
    return this.cloud.dialect.surface === 'openSource';
  }

  /** What commands see of the files. */
  viewMode(): Promise<ViewMode> {
    return this.views.mode();
  }

  /**
   * Kills the daemon of a sandbox with all that runs in there. The sandbox ends a little later.
   *
   * @returns false when it does not run
   */
  killDaemon(sandboxId: string): boolean {
    const sandbox = this.cloud.sandboxById(sandboxId);
    if (sandbox?.state !== 'running') return false;
    const { engine, timers, timings } = this.cloud;
    this.guests.kill(sandbox);
    timers.set(`crash of ${sandboxId}`, timings.crash, () => engine.fire(sandbox, 'crash'));
    return true;
  }

  /** Removes what is left of sandboxes and snapshots that are not among `ids`. */
  prune(ids: ReadonlySet<string>): Promise<void> {
    return this.guests.prune(ids);
  }

  /** Ends every process and removes the directories of this run. */
  stop(): Promise<void> {
    return this.guests.stop();
  }

  /** Answers a request, errors included. */
  request(call: ProxyCall, response: ServerResponse): void {
    this.answer(call, response).catch((error: unknown) => sendError(response, error));
  }

  /** Answers an upgrade, errors included. */
  upgrade(call: ProxyCall, socket: Duplex, head: Buffer): void {
    this.connect(call, socket, head).catch((error: unknown) => refuseUpgrade(socket, error));
  }

  private async answer(call: ProxyCall, response: ServerResponse): Promise<void> {
    const { target, request, faults } = call;
    if (target.port === managementPort && this.answerCors(request, response)) return;
    const admission = await this.gate.admit(target, request, closeSignal(response));
    const release = this.hold(admission, response, () => response.destroy());
    if (release === undefined) return;
    if (target.port !== managementPort) {
      await forwardRequest(target.port, admission.usedToken, request, response);
      return;
    }
    const { method, path, query } = lineOf(request);
    const match = this.router.match(method, path);
    if (match === undefined && this.isOpenSource) {
      const methods = this.router.methods(path);
      throw methods.length === 0
        ? plainError(404, '')
        : plainError(405, '', { allow: frameworkAllow(methods) });
    }
    if (match === undefined) {
      throw this.router.methods(path).length > 0
        ? refusal(405, `${method} is not allowed here`)
        : refusal(404, `There is no ${path}`, 'NOT_FOUND');
    }
    const ref = match.param('ref');
    if (this.isOpenSource && ref !== '' && !/^\d{1,10}$/.test(ref)) {
      throw plainError(400, openSourceWords.notPid(ref));
    }
    const reply = await match.route.run({
      guest: admission.guest,
      dialect: this.cloud.dialect,
      faults: this.isOpenSource ? { ...faults, legacyProcesses: true } : faults,
      request,
      response,
      query: Object.fromEntries(new URLSearchParams(query)),
      param: match.param,
    });
    if (reply === noContent) response.writeHead(204).end();
    else if (reply !== undefined) send(response, reply);
  }

  private async connect(call: ProxyCall, socket: Duplex, head: Buffer): Promise<void> {
    const { target, request, faults } = call;
    const line = lineOf(request);
    const { path } = line;
    const query = new URLSearchParams(line.query);
    const named = {
      organizationId: query.get('organizationId') ?? undefined,
      projectId: query.get('projectId') ?? undefined,
    };
    const [, session] = target.port === managementPort ? (ptyPath.exec(path) ?? []) : [];
    const hasOwnToken = session !== undefined;
    const caller = { headers: request.headers, named, hasOwnToken };
    const admission = await this.gate.admit(target, caller, closeSignal(socket));
    if (this.hold(admission, socket, () => socket.destroy()) === undefined) return;
    if (target.port !== managementPort) {
      await forwardUpgrade(target.port, admission.usedToken, request, socket, head, admission.guest.clock);
      return;
    }
    const { guest } = admission;
    const upgrade = { guest, dialect: this.cloud.dialect, faults, request, socket, head, query };
    if (session !== undefined) attachPty(this.ptySockets, upgrade, session);
    else if (path === tunnelPath && !this.isOpenSource) await openTunnel(this.tunnelSockets, upgrade);
    else if (this.isOpenSource) throw plainError(404, '');
    else throw refusal(404, `There is no WebSocket at ${path}`, 'NOT_FOUND');
  }

  /** Stops the idle clock until `connection` closes; nothing when it has closed already. */
  private hold({ sandbox, guest }: Admission, connection: Duplex | ServerResponse, cut: () => void) {
    if (connection.destroyed) return undefined;
    const releases = [this.cloud.engine.hold(sandbox), guest.connect({ cut })];
    const release = (): void => {
      for (const each of releases) each();
    };
    connection.once('close', release);
    return release;
  }

  /**
   * Lets pages read the answer that the door lets in by name, and answers their preflight. The daemon of the service lets
   * in all (API reference section 3.1).
   */
  private answerCors(request: IncomingMessage, response: ServerResponse): boolean {
    const headers = this.door.corsHeaders(request.headers);
    if (headers === undefined) return false;
    for (const [name, value = ''] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'OPTIONS') return false;
    response
      .writeHead(200, {
        'access-control-allow-methods': '*',
        'access-control-allow-headers': 'authorization, *',
      })
      .end();
    return true;
  }
}
