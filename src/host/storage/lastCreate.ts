import type { Memento } from 'vscode';

const key = 'tensorlake.lastCreate';

/** The last request that created a sandbox, shared by all windows of this user. Unchecked when read. */
export class LastCreate {
  constructor(private readonly memento: Memento) {}

  read(): unknown {
    return this.memento.get(key);
  }

  async write(input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.memento.update(key, input);
  }
}
