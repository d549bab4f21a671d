import type { Memento } from 'vscode';

const key = 'tensorlake.lastCreate';

/** What was last asked for when a sandbox was created, kept for this user over windows. Unchecked when read. */
export class LastCreate {
  constructor(private readonly memento: Memento) {}

  read(): unknown {
    return this.memento.get(key);
  }

  async write(input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.memento.update(key, input);
  }
}
