import type { Locator, Page } from 'playwright-core';
import { exactly, plainText } from './selectors';

/** The notification toasts. A window with the smoke test driver shows none: open it from a VSIX. */
export class Notifications {
  constructor(private readonly page: Page) {}

  /** The toast that contains this text. */
  toast(text: string): Locator {
    return this.toasts().filter({ hasText: text }).first();
  }

  /** Waits for a toast that contains this text and returns its whole message. */
  async message(text: string): Promise<string> {
    return plainText(this.toast(text).locator('.notification-list-item-message'));
  }

  /** Messages of the toasts that are shown now. */
  async messages(): Promise<string[]> {
    return this.toasts().locator('.notification-list-item-message').allInnerTexts();
  }

  /** Names of a toast's buttons. */
  async buttons(text: string): Promise<string[]> {
    const toast = this.toast(text);
    await toast.waitFor();
    return toast.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts();
  }

  /** Presses a button of a toast and waits until the toast is gone. */
  async press(text: string, button: string): Promise<void> {
    const toast = this.toast(text);
    const buttons = toast.locator('.notification-list-item-buttons-container .monaco-button');
    await buttons.filter({ hasText: exactly(button) }).click();
    await toast.waitFor({ state: 'detached' });
  }

  /** Closes a toast by its cross. */
  async dismiss(text: string): Promise<void> {
    const toast = this.toast(text);
    await toast.hover();
    await toast.locator('.codicon-notifications-clear').click();
    await toast.waitFor({ state: 'detached' });
  }

  private toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }
}
