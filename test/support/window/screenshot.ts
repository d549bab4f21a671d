import path from 'node:path';
import type { Page } from 'playwright-core';

const picturesRoot = path.resolve(import.meta.dirname, '../../../out/pictures');

/**
 * Saves a picture of the window as `out/pictures/<folder>/<name>.png`.
 *
 * @param folder the version of VS Code, or empty
 * @returns the file
 */
export async function savePicture(page: Page, folder: string, name: string): Promise<string> {
  const file = path.join(picturesRoot, folder, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  return file;
}
