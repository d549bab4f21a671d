import type { Locator, Page } from 'playwright-core';
import { exactly, plainText, type PageElement } from './selectors';

/** The quick input at the top of the window: an input box or a list to pick from. */
export class QuickInput {
  readonly widget: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget');
  }

  /** Waits for a quick input that shows this text: its title, prompt or placeholder. */
  async waitFor(text: string): Promise<void> {
    const byText = this.page.locator('.quick-input-widget:visible').filter({ hasText: text });
    await byText.or(this.widget.getByPlaceholder(text)).first().waitFor();
  }

  async title(): Promise<string> {
    return plainText(this.widget.locator('.quick-input-title'));
  }

  /** Replaces what is in the input. */
  async type(text: string): Promise<void> {
    await this.input().fill(text);
  }

  /** What is in the input. */
  async value(): Promise<string> {
    return this.input().inputValue();
  }

  /** Whether what is typed is shown as dots. */
  async isPassword(): Promise<boolean> {
    return (await this.input().getAttribute('type')) === 'password';
  }

  async accept(): Promise<void> {
    await this.input().press('Enter');
  }

  /** Presses the button that goes back to the previous question. */
  async back(): Promise<void> {
    await this.widget.locator('.quick-input-titlebar .action-label[aria-label^="Back"]').click();
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.waitUntilClosed();
  }

  async waitUntilClosed(): Promise<void> {
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Waits until the input is marked as wrong and returns what is said about it. */
  async validationMessage(): Promise<string> {
    await this.widget.locator('.quick-input-header .monaco-inputbox:is(.error, .warning, .info)').waitFor();
    return plainText(this.widget.locator('.quick-input-message'));
  }

  /** The prompt below an input box. */
  async prompt(): Promise<string> {
    return plainText(this.widget.locator('.quick-input-message'));
  }

  /** Labels of the rows that are drawn, in order. */
  async items(): Promise<string[]> {
    await this.rows().first().waitFor();
    // In the page, rows are in the order in which they were made, and a row that is being replaced is still there.
    const rows = await this.rows().evaluateAll((drawn: readonly PageElement[]) =>
      drawn.map(row => ({
        index: Number(row.getAttribute('data-index')),
        label: row.querySelector('.label-name')?.textContent ?? '',
      })),
    );
    const byIndex = new Map(rows.map(({ index, label }) => [index, label]));
    // An icon leaves a space before the text.
    return [...byIndex].sort(([a], [b]) => a - b).map(([, label]) => label.trim());
  }

  /** The row with exactly this label. */
  item(label: string): Locator {
    return this.rows().filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) });
  }

  /** Clicks the row with this label and waits until the list is gone. */
  async pick(label: string): Promise<void> {
    const row = this.item(label).first();
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** Ticks rows of a list with check boxes, then accepts. */
  async pickMany(labels: readonly string[]): Promise<void> {
    for (const label of labels) await this.item(label).first().click();
    await this.accept();
    await this.waitUntilClosed();
  }

  private input(): Locator {
    return this.widget.locator('.quick-input-filter input');
  }

  private rows(): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row');
  }
}
