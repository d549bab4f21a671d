import type { Locator, Page } from 'playwright-core';
import { quoted, type PageElement } from './selectors';

const retryMs = 2_000;
const attempts = 10;

/**
 * Runs a command as a person does: F1, its title, a click on its row.
 *
 * @param title as the palette shows it, category included: `Tensorlake: Refresh`
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = commandRow(page, title);
  await retried(async () => {
    await openPalette(page, title);
    // An open list does not get the commands of an extension that is loaded later, so the palette is opened again.
    await row.waitFor({ timeout: retryMs });
    // While the list is being filled its elements change rows, so one step checks the row and clicks.
    const isClicked = await row.evaluate((drawn: PageElement, name) => {
      const label = drawn.getAttribute('aria-label') ?? '';
      const isMeant = label === name || label.startsWith(`${name},`);
      if (isMeant) drawn.click();
      return isMeant;
    }, title);
    if (!isClicked) throw new Error(`${title} moved in the palette`);
  });
  await row.waitFor({ state: 'hidden' });
}

function commandRow(page: Page, title: string): Locator {
  // After the title and a comma, the label has the key binding and "recently used".
  const label = quoted(title);
  const prefix = quoted(`${title},`);
  const row = '.quick-input-list .monaco-list-row';
  return page.locator(`${row}[aria-label=${label}], ${row}[aria-label^=${prefix}]`).first();
}

/** Opens the palette, anew if it is open already, and types a title. */
async function openPalette(page: Page, title: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  if (await widget.isVisible()) {
    await page.keyboard.press('Escape');
    await widget.waitFor({ state: 'hidden', timeout: retryMs });
  }
  await page.keyboard.press('F1');
  await widget.locator('.quick-input-filter input').fill(`>${title}`, { timeout: retryMs });
}

/** Just after a window has loaded, it may not listen to keys yet or not know the command. */
async function retried(step: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
