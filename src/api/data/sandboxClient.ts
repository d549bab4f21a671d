import type { Duplex } from 'node:stream';
import { ApiError, isRouteMissing } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import type { OptionalInside } from '../../core/sandbox/capabilities';
import type { CredentialSource } from '../http/credential';
import type { KnownSecrets } from '../http/errors/redact';
import type { RetryClock } from '../http/retry';
import { StreamingClient } from '../http/streamingClient';
import type { StreamingTransport } from '../http/transport';
import { Daemon } from './daemon';
import { SandboxFiles } from './files';
import type { Learned } from './learned';
import { type DaemonInfo, readHealth, readInfo } from './info';
import { SandboxProcesses } from './processes/processes';
import type { SandboxAddress } from './sandboxAddress';
import { SandboxTerminals } from './pty/terminals';
import type { TunnelOptions } from './tunnel';
import { openTunnel } from './tunnel';

export interface SandboxClientOptions {
  /** The transport of the session, which outlives the client. */
  readonly transport: StreamingTransport;
  /** From `sandboxAddress`. It may change after a resume, which then takes a new client. */
  readonly address: SandboxAddress;
  readonly credential: CredentialSource;
  readonly logger: Logger;
  /** Version of the extension. */
  readonly version: string;
  /** What is removed from errors, answers and terminals; own ones by default. */
  readonly secrets?: KnownSecrets;
  readonly clock?: RetryClock;
  /** How long a stream of events may be silent before it counts as dead, in milliseconds; 45 s by default. */
  readonly silenceMs?: number;
  /** What is known of the server; what is learned of it is noted there. */
  readonly learned?: Learned;
}

/** Where calls are that some daemons lack. */
const optionalPaths: Readonly<Record<OptionalInside, string>> = {
  tunnels: '/tunnels/tcp',
  ssh: '/ssh/status',
};

/**
 * Calls into one running sandbox (API reference section 3). Makes no request until a method is called and holds nothing
 * to dispose. Every request resets the idle timeout of the sandbox, and most resume a suspended one, so only actions of
 * the user may use it.
 */
export class SandboxClient {
  readonly files: SandboxFiles;
  readonly processes: SandboxProcesses;
  readonly terminals: SandboxTerminals;
  private readonly daemon: Daemon;

  constructor(options: SandboxClientOptions) {
    const {
      transport,
      address,
      credential,
      logger,
      version,
      secrets,
      clock,
      silenceMs,
      learned = {},
    } = options;
    const { endpoint, headers } = address;
    const client = new StreamingClient({
      transport,
      endpoint,
      plane: 'proxy',
      headers,
      credential,
      logger,
      version,
      ...(secrets && { secrets }),
      ...(clock && { clock }),
    });
    this.daemon = new Daemon(client);
    this.processes = new SandboxProcesses(this.daemon, silenceMs, learned);
    this.files = new SandboxFiles(this.daemon, this.processes, learned);
    this.terminals = new SandboxTerminals(this.daemon, learned);
  }

  /** Whether the daemon answers and reports that it is healthy. */
  health(signal: AbortSignal): Promise<boolean> {
    return readHealth(this.daemon, signal);
  }

  info(signal: AbortSignal): Promise<DaemonInfo> {
    return readInfo(this.daemon, signal);
  }

  /**
   * Whether the daemon has a call that some lack. A tunnel is asked for without opening one.
   *
   * @throws ApiError when it cannot be asked
   */
  async has(call: OptionalInside, signal: AbortSignal): Promise<boolean> {
    try {
      await this.daemon.send({ method: 'GET', path: optionalPaths[call], signal });
      return true;
    } catch (error) {
      // A refusal is an answer of what is there.
      if (ApiError.is(error) && error.status !== undefined && error.status < 500)
        return !isRouteMissing(error);
      throw error;
    }
  }

  /** One TCP connection to a port inside the sandbox; see `openTunnel`. */
  tunnel(port: number, signal: AbortSignal, options?: TunnelOptions): Promise<Duplex> {
    return openTunnel(this.daemon, port, signal, options);
  }
}
