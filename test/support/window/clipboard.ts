import type { Page } from 'playwright-core';

/** What is on the clipboard of the window. A key that copies needs its row until then: nothing else is to be done before. */
export async function clipboardText(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return await page.evaluate<string>('navigator.clipboard.readText()');
}

/** Puts a text on the clipboard, so that what is copied afterwards is not what was there before. */
export async function setClipboardText(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
}
