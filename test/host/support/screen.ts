import assert from 'node:assert/strict';
import type { Pseudoterminal, Terminal } from 'vscode';
import { waitFor } from '../../support/waitFor';

/** Characters of output that are kept. */
const keptChars = 64 * 1024;

/** The output that a terminal of the extension writes to VS Code. */
export class Screen {
  readonly pty: Pseudoterminal;
  private text = '';
  private chars = 0;
  private recording: string[] | undefined;

  constructor(readonly terminal: Terminal) {
    const options = terminal.creationOptions;
    assert.ok('pty' in options, 'The terminal is one of an extension');
    this.pty = options.pty;
    this.pty.onDidWrite(text => {
      this.text = (this.text + text).slice(-keptChars);
      this.recording?.push(text);
      this.chars += text.length;
    });
  }

  /** Discards the output so far. */
  clear(): void {
    this.text = '';
  }

  /** Records all output until the returned function is called, which returns it. */
  record(): () => string {
    const recording: string[] = (this.recording = []);
    return () => {
      this.recording = undefined;
      return recording.join('');
    };
  }

  get shown(): string {
    return this.text;
  }

  /** Waits until `count` characters have been written since the screen was created. */
  async waitForChars(count: number, timeoutMs: number): Promise<void> {
    await waitFor(`${count} characters`, () => this.chars >= count, timeoutMs);
  }

  async waitFor(text: string | RegExp, timeoutMs?: number): Promise<void> {
    const isShown = (): boolean =>
      typeof text === 'string' ? this.text.includes(text) : text.test(this.text);
    await waitFor(`${String(text)} in the terminal`, isShown, timeoutMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows: ${JSON.stringify(this.text.slice(-2000))}`);
    });
  }
}
