import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { HttpError } from './reply';
import { hostName } from './request';

/** Whom the door lets in besides this machine. */
interface DoorOptions {
  /** Names that count as this machine, with every name below each. */
  readonly hosts: readonly string[];
  /** Origins whose pages may send requests and read answers; `*` stands for any. */
  readonly corsOrigins: readonly string[];
  /** Whether a label may name a sandbox, by its id or its name. */
  readonly isSandbox: (label: string) => boolean;
}

/** This machine by name or address, as `hostName` spells it. */
const loopback = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What the official clients send to a local server in place of the id header (API reference section 1.7). */
const localSandbox = /^(?:\d{1,5}-)?([a-z0-9-]+)\.local$/;

/**
 * Keeps web pages out. Any page in a browser can send requests to loopback, and the emulator runs commands on this
 * machine. A page from elsewhere says so in `Origin`; one whose own name was made to lead to loopback (DNS rebinding) has
 * that name in `Host`.
 */
export class Door {
  private readonly hosts: readonly string[];

  constructor(private readonly options: DoorOptions) {
    this.hosts = options.hosts.map(host => host.toLowerCase());
  }

  /** @throws HttpError 403 for a request that is addressed to another host */
  checkHost({ host }: IncomingHttpHeaders): void {
    const address = hostName(host) ?? '';
    const [, label] = localSandbox.exec(address) ?? [];
    if (this.isOwn(address) || (label !== undefined && this.options.isSandbox(label))) return;
    const name = JSON.stringify(host ?? '');
    throw new HttpError(403, `The emulator is not ${name}; the option --host makes it answer to a name`);
  }

  /** @throws HttpError 403 for a request that comes from a page of another host; programs name no origin */
  checkOrigin({ origin }: IncomingHttpHeaders): void {
    if (origin === undefined || this.allows(origin)) return;
    const address = hostName(/^https?:\/\/(.+)$/.exec(origin)?.[1]) ?? '';
    // Not one below `.local`: programs send that name, and a browser that finds it has it from another machine.
    if (this.isOwn(address)) return;
    const name = JSON.stringify(origin);
    throw new HttpError(403, `Pages of ${name} are kept out; the option --cors lets them in`);
  }

  /** The headers with which an answer may be read by the page that asked; nothing when it may not. */
  corsHeaders({ origin }: IncomingHttpHeaders): OutgoingHttpHeaders | undefined {
    if (origin === undefined || !this.allows(origin)) return undefined;
    return { 'access-control-allow-origin': origin, vary: 'origin' };
  }

  private isOwn(name: string): boolean {
    return loopback.test(name) || this.hosts.some(host => name === host || name.endsWith(`.${host}`));
  }

  private allows(origin: string): boolean {
    const { corsOrigins } = this.options;
    return corsOrigins.includes('*') || corsOrigins.includes(origin);
  }
}
