import type { Memento } from 'vscode';
import { isObject } from '../../core/looseObject';

/** What was answered about SSH, for each service; holds no secret. */
export class SshMemory {
  private readonly key: string;

  constructor(
    private readonly memento: Memento,
    endpoint: string,
  ) {
    this.key = `tensorlake.ssh:${endpoint}`;
  }

  /** File of the public half of the key used last. */
  get usedPath(): string | undefined {
    return this.text('usedPath');
  }

  /** Fingerprint of the key the user said to be registered. */
  get registered(): string | undefined {
    return this.text('registered');
  }

  async setUsedPath(usedPath: string): Promise<void> {
    await this.write({ usedPath });
  }

  async setRegistered(registered: string): Promise<void> {
    await this.write({ registered });
  }

  async forget(): Promise<void> {
    await this.memento.update(this.key, undefined);
  }

  private text(name: string): string | undefined {
    const value = this.kept[name];
    return typeof value === 'string' ? value : undefined;
  }

  private get kept(): Readonly<Record<string, unknown>> {
    const kept: unknown = this.memento.get(this.key);
    return isObject(kept) ? kept : {};
  }

  private async write(change: Readonly<Record<string, string>>): Promise<void> {
    await this.memento.update(this.key, { ...this.kept, ...change });
  }
}
