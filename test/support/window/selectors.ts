import type { Locator, Page } from 'playwright-core';

/** What the tests use of an element in the page; the project is compiled without the browser's types. */
export interface PageElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  click(): void;
}

/** A text as the quoted value of an attribute selector. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A pattern that matches exactly this text, spaces around it aside. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}

/** The text of an element, with runs of any white space as one space. */
export async function plainText(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}

/**
 * Moves the mouse over an element and reads the hover that opens.
 *
 * @param containing a text of that hover, to tell it from one that the focused element opens
 */
export async function readHover(page: Page, target: Locator, containing = ''): Promise<string> {
  // An earlier hover would be read in place of this one.
  await movePointerAway(page);
  await target.hover();
  const hover = hovers(page).filter({ hasText: containing }).first();
  await hover.waitFor();
  return plainText(hover);
}

const closesWithinMs = 2_000;
const attempts = 10;

/**
 * Moves the mouse to an empty corner and waits until no hover is open. A hover that opens just after the mouse has left
 * stays open until the mouse has been over it.
 */
export async function movePointerAway(page: Page): Promise<void> {
  const hover = hovers(page).first();
  for (let attempt = 1; ; attempt++) {
    await page.mouse.move(0, 0);
    try {
      await hover.waitFor({ state: 'hidden', timeout: closesWithinMs });
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await hover.hover({ force: true, timeout: closesWithinMs }).catch(() => undefined);
  }
}

function hovers(page: Page): Locator {
  return page.locator('.monaco-hover').filter({ visible: true });
}
