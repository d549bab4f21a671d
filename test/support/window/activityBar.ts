import type { Locator, Page } from 'playwright-core';
import { quoted } from './selectors';

/** The icon of a view container in the activity bar. */
export function activityBarIcon(page: Page, title: string): Locator {
  return page
    .locator(`.part.activitybar .action-item:has(.action-label[aria-label^=${quoted(title)}])`)
    .first();
}

const retryMs = 2_000;
const attempts = 10;

/**
 * Shows a view container by a click on its icon in the activity bar. A click on the icon of the one that is shown hides
 * it; after a reload the editor may show it just before the click, and then the next attempt shows it again.
 */
export async function showContainer(page: Page, title: string): Promise<void> {
  const icon = activityBarIcon(page, title);
  await icon.waitFor();
  const checked = icon.and(page.locator('.checked'));
  for (let attempt = 1; ; attempt++) {
    if ((await checked.count()) === 0) await icon.click();
    try {
      await checked.waitFor({ timeout: retryMs });
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
