import type { Locator, Page } from 'playwright-core';
import { exactly, plainText } from './selectors';

/** The modal dialog in the middle of the window. */
export class Dialog {
  private readonly box: Locator;

  constructor(page: Page) {
    this.box = page.locator('.monaco-dialog-box');
  }

  /** Waits for the dialog and returns its message. */
  async message(): Promise<string> {
    return plainText(this.box.locator('.dialog-message-text'));
  }

  /** The smaller text below the message; empty when there is none. */
  async detail(): Promise<string> {
    await this.box.waitFor();
    const detail = this.box.locator('.dialog-message-detail');
    return (await detail.count()) === 0 ? '' : plainText(detail);
  }

  /** Names of the buttons, in order. */
  async buttons(): Promise<string[]> {
    await this.box.waitFor();
    return this.box.locator('.dialog-buttons .monaco-text-button').allInnerTexts();
  }

  /** Presses a button and waits until this dialog is gone; another may open at once. */
  async press(button: string): Promise<void> {
    const message = await this.box.locator('.dialog-message-text').innerText();
    await this.box.locator('.dialog-buttons .monaco-text-button', { hasText: exactly(button) }).click();
    await this.box.filter({ hasText: message }).waitFor({ state: 'detached' });
  }
}
