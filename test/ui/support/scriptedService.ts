import { LoopbackServer } from '../../support/servers/loopbackServer';

/** A sandbox as the service sends it. */
export type WireSandbox = Readonly<Record<string, unknown>> & { readonly id: string };

/** A service that lists exactly the sandboxes that a test adds: with every field, and with states that persist. */
export class ScriptedService {
  readonly sandboxes = new Map<string, WireSandbox>();
  /** What every change is refused with. */
  refusal = 'Not in this test';
  private server: LoopbackServer | undefined;

  /** Starts the service and returns its address for signing in. */
  async start(): Promise<string> {
    this.server = await LoopbackServer.start(({ method, url }, response) => {
      const path = new URL(url, 'http://localhost').pathname.replace(/^\/v1\/namespaces\/[^/]+/, '');
      const id = /^\/sandboxes\/([^/]+)$/.exec(path)?.[1];
      const found = id === undefined ? undefined : this.sandboxes.get(id);
      if (method !== 'GET') {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: this.refusal }));
        return;
      }
      const body =
        path === '/sandboxes' ? { sandboxes: [...this.sandboxes.values()], next_cursor: null } : found;
      response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { message: 'Sandbox not found' }));
    });
    return this.server.origin;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  put(sandbox: WireSandbox): void {
    this.sandboxes.set(sandbox.id, sandbox);
  }
}
