import type { Page } from 'playwright-core';

/** The first start of a profile can take this long on a busy machine. */
const workbenchWithinMs = 60_000;

/** Waits until the window can be used: its parts are drawn and the file explorer or another view has been restored. */
export async function waitForWorkbench(page: Page): Promise<void> {
  const options = { state: 'visible', timeout: workbenchWithinMs } as const;
  await page.locator('.monaco-workbench .part.activitybar .action-item').first().waitFor(options);
  await page.locator('.monaco-workbench .part.statusbar').waitFor(options);
}
