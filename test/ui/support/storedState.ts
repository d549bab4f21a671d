import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';

const databases = 'vscode-web-state-db';
const database = `${databases}-global`;
const key = 'tensorlake-sandboxes.tensorlake-sandboxes';

/** Runs in the page, whose types are not those of this project. */
const change = (member: string, ms: number): string => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('${database}');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const items = opening.result.transaction('ItemTable', 'readwrite').objectStore('ItemTable');
    const reading = items.get('${key}');
    reading.onerror = () => reject(reading.error);
    reading.onsuccess = () => {
      let found = 0;
      const kept = JSON.parse(reading.result ?? '{}', (name, value) => {
        if (name !== '${member}') return value;
        found += 1;
        return typeof value === 'number' ? value - ${ms} : value;
      });
      if (${ms} > 0) items.put(JSON.stringify(kept), '${key}');
      items.transaction.oncomplete = () => { opening.result.close(); resolve(found); };
    };
  };
})`;

/** Runs in the page: whether a database of the editor has something under `key` that holds `text`. */
const holdsText = (ofKey: string, text: string): string => `(async () => {
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('${databases}')) continue;
    const found = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('ItemTable');
        const reading = transaction.objectStore('ItemTable').get(${JSON.stringify(ofKey)});
        transaction.onabort = () => reject(transaction.error);
        transaction.oncomplete = () => { opening.result.close(); resolve(reading.result); };
      };
    });
    if (String(found ?? '').includes(${JSON.stringify(text)})) return true;
  }
  return false;
})()`;

/**
 * Waits until the window has written down that an editor is open whose address or input holds this text. In a browser
 * the editor writes that every five seconds, when it is idle, and not when it is closed: a reload loses the rest.
 */
export async function waitForStoredEditor(page: Page, text: string): Promise<void> {
  await waitFor(
    `an editor of ${text} to be written down`,
    () => page.evaluate<boolean>(holdsText('memento/workbench.parts.editor', text)),
    30_000,
  );
}

/** Waits until the window has written down that there are so many shells to come back to. Only in a browser. */
export async function waitForKeptTerminals(page: Page, count: number): Promise<void> {
  await waitFor(
    `${count} terminals to be kept`,
    async () => (await page.evaluate<number>(change('sessionId', 0))) === count,
  );
}

/**
 * Lets detached terminals have been left so much longer ago than they were, once the window has written them down. It
 * knows after its reload. Only in a browser.
 */
export async function ageDetachedTerminals(page: Page, ms: number): Promise<void> {
  await waitFor(
    'a detached terminal to be kept',
    async () => (await page.evaluate<number>(change('detachedAtMs', ms))) > 0,
  );
}
