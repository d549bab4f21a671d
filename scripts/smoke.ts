import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/support/editorHost/find/browser';
import { waitForWorkbench } from '../test/support/editorHost/run/workbench';
import {
  movePointerAway,
  savePicture,
  showContainer,
  StatusBarItem,
  Tree,
} from '../test/support/window/index';

const extensionId = 'tensorlake-sandboxes.tensorlake-sandboxes';
const stepWithinMs = 30_000;

/**
 * Opens the view as a person would, waits for its groups and for the status bar item, and saves a picture.
 *
 * @param groups rows to wait for
 * @returns the picture
 * @throws what was missing; a picture of the window as it was then is saved too
 */
export async function smoke(url: string, groups: readonly string[]): Promise<string> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(stepWithinMs);
    return await openView(page, url, groups);
  } finally {
    await browser.close();
  }
}

async function openView(page: Page, url: string, groups: readonly string[]): Promise<string> {
  let step = 'the page';
  try {
    await page.goto(url);
    step = 'the workbench';
    await waitForWorkbench(page);
    step = 'the Tensorlake icon in the activity bar';
    await showContainer(page, 'Tensorlake');
    for (const group of groups) {
      step = `the group "${group}"`;
      await new Tree(page, 'Sandboxes').waitFor(group);
    }
    step = 'the status bar item';
    await new StatusBarItem(page, extensionId).waitFor(/\S/);
    await movePointerAway(page);
    return await savePicture(page, '', 'smoke');
  } catch (error) {
    const picture = await savePicture(page, '', 'smoke-failure');
    throw new Error(`Waited in vain for ${step}; see ${picture}`, { cause: error });
  }
}
