import type { Locator, Page } from 'playwright-core';

/**
 * The active terminal. Its text is in the page only when the setting `terminal.integrated.gpuAcceleration` is `off`.
 */
export class TerminalView {
  readonly root: Locator;

  constructor(private readonly page: Page) {
    this.root = page.locator('.terminal-wrapper.active .xterm');
  }

  /** The lines on the screen. */
  async text(): Promise<string> {
    const rows = await this.root.locator('.xterm-rows > div').allInnerTexts();
    return rows.map(row => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  /** Waits until a line of the screen holds this. */
  async waitFor(text: string | RegExp, timeoutMs = 30_000): Promise<void> {
    const line = this.root.locator('.xterm-rows > div', { hasText: text }).first();
    await line.waitFor({ timeout: timeoutMs });
  }

  async focus(): Promise<void> {
    await this.root.locator('.xterm-helper-textarea').first().focus();
  }

  /** Types, as on a keyboard. */
  async type(text: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.type(text);
  }

  /** Types a line and Enter. */
  async run(command: string): Promise<void> {
    await this.type(command);
    await this.page.keyboard.press('Enter');
  }
}
