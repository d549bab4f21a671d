import type { Locator, Page } from 'playwright-core';
import { quoted } from './selectors';

/** The icon of a view container in the activity bar. */
export function activityBarIcon(page: Page, title: string): Locator {
  return page
    .locator(`.part.activitybar .action-item:has(.action-label[aria-label^=${quoted(title)}])`)
    .first();
}

/** Shows a view container, by its icon in the activity bar. A click on the one that is shown would hide it. */
export async function showContainer(page: Page, title: string): Promise<void> {
  const icon = activityBarIcon(page, title);
  await icon.waitFor();
  const checked = icon.and(page.locator('.checked'));
  if ((await checked.count()) === 0) await icon.click();
  await checked.waitFor();
}

/** The number on a container's icon; empty when it has none. */
export async function badge(page: Page, title: string): Promise<string> {
  const content = activityBarIcon(page, title).locator('.badge .badge-content');
  return (await content.count()) === 0 ? '' : content.innerText();
}
