import type { Locator, Page } from 'playwright-core';
import { plainText, quoted, readHover } from './selectors';

/** The status bar item of an extension, or one of several by a part of its id. */
export class StatusBarItem {
  readonly root: Locator;

  /** @param idPart `publisher.name`, perhaps followed by the item's own id */
  constructor(
    private readonly page: Page,
    idPart: string,
  ) {
    this.root = page.locator(`.part.statusbar .statusbar-item[id*=${quoted(idPart)}]`).first();
  }

  /** Waits until the item shows this. */
  async waitFor(text: string | RegExp): Promise<void> {
    await this.root.filter({ hasText: text }).waitFor();
  }

  /** What it shows, icons aside. */
  async text(): Promise<string> {
    return plainText(this.root);
  }

  async ariaLabel(): Promise<string> {
    return (await this.root.getAttribute('aria-label')) ?? '';
  }

  async tooltip(): Promise<string> {
    return readHover(this.page, this.root);
  }

  async click(): Promise<void> {
    await this.root.locator('.statusbar-item-label').click();
  }
}
