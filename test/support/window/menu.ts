import type { Locator, Page } from 'playwright-core';
import { exactly } from './selectors';

const retryMs = 500;
const clickMs = 2_000;
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

/** Clicks through the open menu; all but the last name are submenus. @throws when nothing was chosen */
export async function chooseFromMenu(page: Page, names: readonly string[]): Promise<void> {
  if (!(await tryMenu(page, names)))
    throw new Error(`The menu closed before that or has no ${names.join(' > ')}`);
}

/**
 * Clicks through the open menu; all but the last name are submenus.
 *
 * @returns false when nothing was chosen: the menu closed, because something else took the focus, or it has no such item,
 * because it was opened on a row that was still busy
 */
export async function tryMenu(page: Page, names: readonly string[]): Promise<boolean> {
  const menu = page.locator('.monaco-menu').first();
  for (const [index, name] of names.entries()) {
    const next = names[index + 1];
    const isTaken = await clickUntil(menu, item(page, name), () =>
      next === undefined
        ? menu.waitFor({ state: 'detached', timeout: retryMs })
        : item(page, next).waitFor({ timeout: retryMs }),
    );
    if (!isTaken) return false;
  }
  return true;
}

/** Repeats a click until it takes effect: a menu that has just opened ignores clicks for a moment. */
async function clickUntil(menu: Locator, target: Locator, took: () => Promise<void>): Promise<boolean> {
  let clicks = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      await target.click({ timeout: clickMs });
      clicks += 1;
      await took();
      return true;
    } catch (error) {
      if ((await menu.count()) === 0) return clicks > 0;
      if (clicks === 0 && (await target.count()) === 0) {
        await closeMenu(target.page());
        return false;
      }
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
