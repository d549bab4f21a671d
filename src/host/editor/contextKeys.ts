import { commands } from 'vscode';
import { contextDefaults, type ContextKey, type ContextValue } from '../../manifest';

/** Sets context keys. Each has a value from the start; setting the current value does nothing. */
export class ContextKeys {
  private readonly values = new Map<string, unknown>();

  constructor() {
    for (const [key, value] of Object.entries(contextDefaults)) this.write(key, value);
  }

  set<K extends ContextKey>(key: K, value: ContextValue<K>): void {
    if (this.values.get(key) !== value) this.write(key, value);
  }

  private write(key: string, value: unknown): void {
    this.values.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}
