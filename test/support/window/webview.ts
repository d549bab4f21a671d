import type { FrameLocator, Page } from 'playwright-core';

/** The page inside the webview of the active editor. */
export function webviewPage(page: Page): FrameLocator {
  return page.locator('iframe.webview.ready').last().contentFrame().locator('#active-frame').contentFrame();
}
