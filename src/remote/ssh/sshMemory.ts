import type { Memento } from 'vscode';
import type { Session } from '../../host/session/session';

/** Remembers the user's choices about SSH. Holds no secrets. */
export class SshMemory {
  private readonly pathKey: string;
  private readonly registeredKey: string;

  constructor(
    private readonly memento: Memento,
    { endpoint, fingerprint }: Pick<Session, 'endpoint' | 'fingerprint'>,
  ) {
    this.pathKey = `tensorlake.ssh.path:${endpoint.text}`;
    // Keys are registered per account, so each account has its own choices.
    this.registeredKey = `tensorlake.ssh.registered:${fingerprint}`;
  }

  /** File of the public key used last. */
  get usedPath(): string | undefined {
    return this.read(this.pathKey);
  }

  /** Fingerprint of the key that the user confirmed to be registered for this account. */
  get registered(): string | undefined {
    return this.read(this.registeredKey);
  }

  async setUsedPath(path: string): Promise<void> {
    await this.memento.update(this.pathKey, path);
  }

  async setRegistered(fingerprint: string): Promise<void> {
    await this.memento.update(this.registeredKey, fingerprint);
  }

  /** Forgets all choices, so that the user is asked again. */
  async forget(): Promise<void> {
    await this.memento.update(this.pathKey, undefined);
    await this.memento.update(this.registeredKey, undefined);
  }

  private read(key: string): string | undefined {
    const kept: unknown = this.memento.get(key);
    return typeof kept === 'string' ? kept : undefined;
  }
}
