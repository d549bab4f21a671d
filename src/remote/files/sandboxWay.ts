import type { SandboxClient } from '../../api/data/sandboxClient';
import type { CommandContext } from '../../app/appContext';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { ApiError } from '../../core/kernel/errors';
import type { Connection } from '../../host/session/connection';
import type { Reached } from '../../app/reach';
import { FileError } from './fileError';
import type { Way } from './remoteFiles';

/** How long it is believed that a sandbox runs, after the control plane said so. */
const believedMs = 15_000;

/** The way into one sandbox for as long as a session lasts. */
export class SandboxWay implements Way {
  private reached: { readonly client: SandboxClient; readonly url: string | undefined } | undefined;
  private confirmedAtMs = -Infinity;

  constructor(
    private readonly context: CommandContext,
    private readonly connection: Connection,
    private readonly sandboxId: string,
  ) {}

  async client(): Promise<SandboxClient> {
    const { connection, sandboxId } = this;
    const { connections, store, clock } = this.context;
    if (connections.current !== connection) throw new ApiError('cancelled', '');
    const row = store.current.rows.get(sandboxId);
    const isRecent = clock.now() - this.confirmedAtMs < believedMs;
    if (this.reached && isRecent && row && isCapableOf(row.sandbox, ['canConnect']))
      return this.reached.client;
    const sandbox = await connection.sandboxes.get(sandboxId, connection.signal);
    if (connections.current === connection) connection.poller.applyUpdate([sandbox]);
    if (!isCapableOf(sandbox, ['canConnect'])) throw new FileError('unavailable', '');
    const { reached } = this;
    const isSame = reached !== undefined && reached.url === sandbox.sandboxUrl;
    return this.accept({ sandbox, client: isSame ? reached.client : await connection.inside(sandbox) });
  }

  doubt(): void {
    this.confirmedAtMs = -Infinity;
  }

  /** Takes a way that was just opened. */
  accept({ sandbox, client }: Pick<Reached, 'sandbox' | 'client'>): SandboxClient {
    this.reached = { client, url: sandbox.sandboxUrl };
    this.confirmedAtMs = this.context.clock.now();
    return client;
  }
}
