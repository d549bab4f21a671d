import type { Memento } from 'vscode';
import type { Session } from '../../host/session/session';

/** What was answered about SSH; holds no secret. */
export class SshMemory {
  private readonly pathKey: string;
  private readonly registeredKey: string;

  constructor(
    private readonly memento: Memento,
    { endpoint, fingerprint }: Pick<Session, 'endpoint' | 'fingerprint'>,
  ) {
    this.pathKey = `tensorlake.ssh.path:${endpoint.text}`;
    // Another account is another person, or another project, with keys of its own.
    this.registeredKey = `tensorlake.ssh.registered:${fingerprint}`;
  }

  /** File of the public half of the key used last. */
  get usedPath(): string | undefined {
    return this.read(this.pathKey);
  }

  /** Fingerprint of the key the user said to be registered for this account. */
  get registered(): string | undefined {
    return this.read(this.registeredKey);
  }

  async setUsedPath(path: string): Promise<void> {
    await this.memento.update(this.pathKey, path);
  }

  async setRegistered(fingerprint: string): Promise<void> {
    await this.memento.update(this.registeredKey, fingerprint);
  }

  /** Has everything asked again. */
  async forget(): Promise<void> {
    await this.memento.update(this.pathKey, undefined);
    await this.memento.update(this.registeredKey, undefined);
  }

  private read(key: string): string | undefined {
    const kept: unknown = this.memento.get(key);
    return typeof kept === 'string' ? kept : undefined;
  }
}
