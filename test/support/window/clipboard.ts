import type { Page } from 'playwright-core';

/** What is on the clipboard of the window. A key that copies needs its row until then: nothing else is to be done before. */
export async function clipboardText(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return await page.evaluate<string>('navigator.clipboard.readText()');
}
