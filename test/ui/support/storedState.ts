import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';

const databases = 'vscode-web-state-db';
const database = `${databases}-global`;
const key = 'tensorlake-sandboxes.tensorlake-sandboxes';

/** Runs in the page, whose types differ from those of this project. */
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

/** Runs in the page: whether a database of VS Code has a value for `ofKey` that contains `text`. */
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
 * Waits until VS Code has saved an open editor whose URI or input contains this text. In a browser it saves them every
 * five seconds when idle, and not on close: a reload loses later changes.
 */
export async function waitForStoredEditor(page: Page, text: string): Promise<void> {
  await waitFor(
    `an editor of ${text} to be written down`,
    () => page.evaluate<boolean>(holdsText('memento/workbench.parts.editor', text)),
    30_000,
  );
}

/** Waits until VS Code has saved state of the extension that contains this text. Only in a browser. */
export async function waitForStoredState(page: Page, text: string): Promise<void> {
  await waitFor(`${text} to be stored`, () => page.evaluate<boolean>(holdsText(key, text)), 30_000);
}

/** Waits until VS Code has saved this number of detached terminals. Only in a browser. */
export async function waitForKeptTerminals(page: Page, count: number): Promise<void> {
  await waitFor(
    `${count} terminals to be kept`,
    async () => (await page.evaluate<number>(change('sessionId', 0))) === count,
  );
}

/**
 * Makes detached terminals older by `ms`, once VS Code has saved them. Takes effect after a reload. Only in a browser.
 */
export async function ageDetachedTerminals(page: Page, ms: number): Promise<void> {
  await waitFor(
    'a detached terminal to be kept',
    async () => (await page.evaluate<number>(change('detachedAtMs', ms))) > 0,
  );
}

/** Runs in the page: what the databases of VS Code hold for the extension. */
const ofExtension = `(async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('${databases}')) continue;
    found.push(await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('ItemTable');
        const reading = transaction.objectStore('ItemTable').get('${key}');
        transaction.onabort = () => reject(transaction.error);
        transaction.oncomplete = () => { opening.result.close(); resolve(reading.result); };
      };
    }));
  }
  return found.filter(value => value !== undefined);
})()`;

/** Names of everything that the extension stored, of all windows and workspaces. Only in a browser. */
export async function storedNames(page: Page): Promise<readonly string[]> {
  const values = await page.evaluate<readonly string[]>(ofExtension);
  return values.flatMap(value => Object.keys(JSON.parse(value) as object));
}

/** Runs in the page: puts a value into the database of all windows, or of the workspace, whose name ends in a number. */
const put = (isGlobal: boolean, value: string): string => `(async () => {
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('${databases}') || (name === '${database}') !== ${isGlobal}) continue;
    if (!${isGlobal} && name.startsWith('${database}')) continue;
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('ItemTable', 'readwrite');
        transaction.objectStore('ItemTable').put(${JSON.stringify(value)}, '${key}');
        transaction.onabort = () => reject(transaction.error);
        transaction.oncomplete = () => { opening.result.close(); resolve(); };
      };
    });
    return true;
  }
  return false;
})()`;

/** Replaces what the extension stored. Takes effect after a reload. Only in a browser. */
export async function replaceStored(
  page: Page,
  values: { readonly global: unknown; readonly workspace: unknown },
): Promise<void> {
  const places = [
    [true, values.global],
    [false, values.workspace],
  ] as const;
  for (const [isGlobal, value] of places)
    if (!(await page.evaluate<boolean>(put(isGlobal, JSON.stringify(value)))))
      throw new Error(`There is no database of ${isGlobal ? 'all windows' : 'the workspace'}`);
}
