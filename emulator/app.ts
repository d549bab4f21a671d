import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { adminReply, isAdminPath, type AdminParts } from './admin';
import { openSourceRoutes, takesBody } from './controlPlane/openSource/routes';
import { flatPath, routes } from './controlPlane/routes';
import type { Route } from './controlPlane/wire/route';
import type { SandboxPlane } from './dataPlane/plane';
import { afterDelay, breakConnection, deliver } from './faults/deliver';
import { daemonFaultsOf, type Effect } from './faults/effect';
import { readJson } from './http/body';
import type { Door } from './http/door';
import { frameworkAllow, readFrameworkJson } from './http/framework';
import { managementPort, proxyTarget } from './http/proxyTarget';
import { missingSandbox } from './http/refusal';
import { badRequest, HttpError, notFound, plainError, rawReply, send, type Reply } from './http/reply';
import { closeSignal, lineOf } from './http/request';
import { Router } from './http/router';
import { messageOf } from './kernel/errors';
import type { Access } from './model/account/access';
import type { Cloud } from './model/cloud';

/** What the request handler is put together from. */
interface AppParts extends AdminParts {
  readonly cloud: Cloud;
  readonly access: Access;
  readonly door: Door;
  readonly dataPlane: SandboxPlane;
  /** Whether `X-Emulator-Fault` is honoured without the admin key. */
  readonly faultHeader: boolean;
}

/** Decides which side of the server a request is for, and answers it. */
export class App {
  private readonly router: Router<Route>;
  private readonly isOpenSource: boolean;

  constructor(private readonly parts: AppParts) {
    this.isOpenSource = parts.cloud.dialect.surface === 'openSource';
    this.router = new Router(this.isOpenSource ? openSourceRoutes : routes);
  }

  readonly handleRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { cloud, dataPlane } = this.parts;
    const received = this.receive(request, false, refused => send(response, refused));
    if (received === undefined) return;
    const { target, effects, instead } = received;
    for (const { skewMs } of effects) {
      if (skewMs !== undefined)
        response.setHeader('date', new Date(cloud.clock.now() + skewMs).toUTCString());
    }
    if (instead !== undefined) {
      afterDelay(cloud.clock, response, effects, () => send(response, instead(cloud.clock.now())));
    } else if (target !== undefined) {
      const call = { target, request, faults: daemonFaultsOf(effects) };
      afterDelay(cloud.clock, response, effects, () => dataPlane.request(call, response));
    } else {
      this.answer(request, response).then(
        reply => deliver(cloud.clock, response, reply, effects),
        (error: unknown) => deliver(cloud.clock, response, this.inDialect(errorReply(error)), effects),
      );
    }
  };

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that resets the connection must not end the server.
    socket.on('error', () => socket.destroy());
    const { cloud, dataPlane } = this.parts;
    const received = this.receive(request, true, refused => socket.end(rawReply(refused)));
    if (received === undefined) return;
    const { target, effects, instead } = received;
    afterDelay(cloud.clock, socket, effects, () => {
      if (instead !== undefined) socket.end(rawReply(instead(cloud.clock.now())));
      else if (target !== undefined) {
        dataPlane.upgrade({ target, request, faults: daemonFaultsOf(effects) }, socket, head);
      } else {
        const isDaemon = isDaemonPath(lineOf(request).path);
        const { reply } = isDaemon ? missingSandbox() : badRequest('This path takes no upgrade');
        socket.end(rawReply(reply));
      }
    });
  };

  /** Lets a request in, logs it and asks for its faults; nothing when that has answered it already. */
  private receive(request: IncomingMessage, isUpgrade: boolean, refuse: (reply: Reply) => void) {
    const { door, log, cloud } = this.parts;
    try {
      // Before all else: what the door refuses is no request to the service, and not counted as one.
      door.checkHost(request.headers);
      const target = proxyTarget(request.headers);
      // A service behind an exposed port decides about pages itself, but for sockets, where no browser asks it first.
      const isForService = target !== undefined && target.port !== managementPort;
      if (isUpgrade || !isForService) door.checkOrigin(request.headers);
      const plane = target === undefined ? 'control' : 'proxy';
      const line = lineOf(request);
      if (!isAdminPath(line.path)) log.add({ ...line, plane, atMs: cloud.clock.now() });
      const effects = this.effectsOn(request, plane);
      if (breakConnection(request, effects)) return undefined;
      return { target, effects, instead: effects.find(effect => effect.instead !== undefined)?.instead };
    } catch (error) {
      refuse(errorReply(error));
      return undefined;
    }
  }

  /** The faults of a request. Paths of the admin API have none, or faults could not be switched off. */
  private effectsOn(request: IncomingMessage, plane: 'control' | 'proxy'): readonly Effect[] {
    const { faults, faultHeader, adminKey } = this.parts;
    const { headers } = request;
    const { method, path } = lineOf(request);
    if (isAdminPath(path) && plane === 'control') return [];
    const spec = headers['x-emulator-fault'];
    const isTrusted = faultHeader || headers['x-emulator-admin-key'] === adminKey;
    const flat = flatPath(path);
    const target = () => ({
      method,
      path: flat,
      plane,
      route: plane === 'control' ? this.router.match(method, flat)?.route.path : undefined,
    });
    try {
      return faults.effectsOn(target, isTrusted && typeof spec === 'string' ? spec : '');
    } catch (error) {
      throw error instanceof RangeError ? badRequest(error.message) : error;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    const { cloud, access, log } = this.parts;
    const { method, path, query } = lineOf(request);
    const signal = closeSignal(response);
    // Read even when it will be refused: an answer before the end of the body would reset the connection.
    const read = this.isOpenSource ? readFrameworkJson : readJson;
    const body = await read(request).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (isAdminPath(path)) {
      const { authorization } = request.headers;
      return adminReply(this.parts, method, path, authorization, body instanceof Error ? undefined : body);
    }
    if (isDaemonPath(path)) throw missingSandbox();
    const match = this.router.match(method, this.routePath(path));
    // Without a credential nobody is told which paths there are.
    if (match?.route.open !== true && !this.isOpenSource) access.caller(request.headers);
    if (match === undefined) throw this.unknownPath(method, path);
    log.countRoute(`${method} ${match.route.path}`);
    if (cloud.dialect.emptyPost === 'strict' && lacksLength(request)) {
      throw new HttpError(411, 'Length Required');
    }
    // The open-source server reads a body only where it takes one.
    if (body instanceof Error && (!this.isOpenSource || takesBody(match.route))) throw body;
    const reply = await match.route.run({
      cloud,
      access,
      path,
      query: fieldsOf(query),
      body: body instanceof Error ? undefined : body,
      headers: request.headers,
      signal,
      param: match.param,
    });
    if (method !== 'GET') await cloud.ledger.durable();
    return reply;
  }

  /** An error in the shape that the `errors` switch asks for (API reference section 7, U5). */
  private inDialect(reply: Reply): Reply {
    const { body } = reply;
    if (this.isOpenSource && reply.text === undefined && reply.status >= 400) {
      if (typeof body !== 'object' || body === null || !('message' in body)) return reply;
      return plainError(reply.status, String(body.message)).reply;
    }
    const isPlain = typeof body === 'object' && body !== null && 'message' in body;
    if (this.parts.cloud.dialect.errors === 'message' || !isPlain) return reply;
    return { ...reply, body: { error: body.message } };
  }

  /**
   * The path that stands in the table of routes. The open-source server has only the form with a namespace, and its
   * health only without one.
   */
  private routePath(path: string): string {
    const flat = flatPath(path);
    if (!this.isOpenSource) return flat;
    const isNamespaced = flat !== path;
    return isNamespaced === (flat === '/healthz') ? '' : flat;
  }

  private unknownPath(method: string, path: string): HttpError {
    const methods = this.router.methods(this.routePath(path));
    if (this.isOpenSource) {
      return methods.length === 0
        ? plainError(404, '')
        : plainError(405, '', { allow: frameworkAllow(methods) });
    }
    if (methods.length === 0) return notFound(`There is no ${method} ${path}`);
    const message = `${method} is not allowed here`;
    return new HttpError(405, message, { message }, { allow: methods.join(', ') });
  }
}

/** Whether only the inside of a sandbox has such a path (API reference section 3). */
function isDaemonPath(path: string): boolean {
  return path.startsWith('/api/v1/');
}

/** The parameters of a query; one that occurs several times is a list. */
function fieldsOf(query: string): Readonly<Record<string, string | readonly string[]>> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...parameters.keys()].map(name => {
      const [value = '', ...more] = parameters.getAll(name);
      return [name, more.length === 0 ? value : [value, ...more]];
    }),
  );
}

/** Whether a gateway would ask for `Content-Length` (API reference section 2.1). */
function lacksLength({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
  );
}

function errorReply(error: unknown): Reply {
  if (error instanceof HttpError) return error.reply;
  return { status: 500, body: { message: `The emulator failed: ${messageOf(error)}` } };
}
