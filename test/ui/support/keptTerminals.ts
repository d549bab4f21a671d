import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';

const database = 'vscode-web-state-db-global';
const key = 'tensorlake-sandboxes.tensorlake-sandboxes';

/** Runs in the page, whose types are not those of this project. */
const moveBack = (ms: number): string => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('${database}');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const items = opening.result.transaction('ItemTable', 'readwrite').objectStore('ItemTable');
    const reading = items.get('${key}');
    reading.onerror = () => reject(reading.error);
    reading.onsuccess = () => {
      let moved = 0;
      const kept = JSON.parse(reading.result ?? '{}', (name, value) => {
        if (name !== 'detachedAtMs') return value;
        moved += 1;
        return value - ${ms};
      });
      if (moved > 0) items.put(JSON.stringify(kept), '${key}');
      items.transaction.oncomplete = () => { opening.result.close(); resolve(moved); };
    };
  };
})`;

/**
 * Lets detached terminals have been left so much longer ago than they were, once what the extension keeps has been
 * written. The window knows it after its reload. Only where the editor runs in a browser.
 */
export async function ageDetachedTerminals(page: Page, ms: number): Promise<void> {
  await waitFor('a detached terminal to be kept', async () => {
    const moved: unknown = await page.evaluate(moveBack(ms));
    return typeof moved === 'number' && moved > 0;
  });
}
