import type { Locator, Page } from 'playwright-core';
import { exactly } from './selectors';

const retryMs = 500;
const attempts = 20;

/** Names of the items of the open menu, without separators. */
export async function menuItems(page: Page): Promise<string[]> {
  const labels = items(page).locator('.action-label:not(.separator)');
  await labels.first().waitFor();
  return labels.allInnerTexts();
}

/** Closes the open menu. */
export async function closeMenu(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
}

/** Clicks through the open menu; all but the last name are submenus. */
export async function chooseFromMenu(page: Page, names: readonly string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    const next = names[index + 1];
    const menu = page.locator('.monaco-menu').first();
    await clickUntil(item(page, name), () =>
      next === undefined
        ? menu.waitFor({ state: 'detached', timeout: retryMs })
        : item(page, next).waitFor({ timeout: retryMs }),
    );
  }
}

/** A menu that has just opened ignores clicks for a moment, so that the click that opened it chooses nothing. */
async function clickUntil(target: Locator, took: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await target.click();
    try {
      await took();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function item(page: Page, name: string): Locator {
  const label = page.locator('.action-label', { hasText: exactly(name) });
  return items(page).filter({ has: label }).last();
}

function items(page: Page): Locator {
  return page.locator('.monaco-menu .action-item');
}
