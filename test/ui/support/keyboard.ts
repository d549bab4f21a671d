import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { soon, waitFor } from '../../support/waitFor';
import type { PageElement } from '../../support/window/selectors';
import type { Panel } from './panel';

/** More rows, entries or stops of Tab than any case walks over. */
const mostSteps = 80;

/** Run in the page: counts what a mouse does in it from now on. A click that a key makes has no pointer. */
const watchMouse = `(() => {
  window.tensorlakeMouse = 0;
  for (const name of ['pointerdown', 'mousedown', 'wheel'])
    window.addEventListener(name, () => (window.tensorlakeMouse += 1), true);
})()`;

/** Run in the page: what has the focus, as somebody who listens to a screen reader or looks at the page knows it. */
const focusedName = `(() => {
  const at = document.activeElement;
  return at ? (at.getAttribute('aria-label') ?? at.textContent ?? '').trim() : '';
})()`;

/** Run in the page: the buttons of the tool bar that has the focus. */
const barNames = `(() => {
  const bar = document.activeElement?.closest('.monaco-action-bar');
  return bar ? [...bar.querySelectorAll('.action-label')].map(each => each.getAttribute('aria-label') ?? '') : [];
})()`;

/** Run in the page: whether the view has the focus. */
const isInView = `document.activeElement?.closest('[role=tree]')?.getAttribute('aria-label') === 'Sandboxes'`;

function isLike(wanted: string | RegExp, text: string): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text);
}

/** A window that is used by its keyboard alone. */
export class Keyboard {
  private constructor(
    private readonly panel: Panel,
    readonly page: Page,
  ) {}

  /** Takes a window whose view was not opened yet, and opens it. */
  static async take(panel: Panel): Promise<Keyboard> {
    const { page } = panel;
    await page.evaluate(watchMouse);
    const keyboard = new Keyboard(panel, page);
    await keyboard.toView();
    return keyboard;
  }

  /** @throws when the mouse was used */
  async verify(): Promise<void> {
    assert.equal(await this.page.evaluate('window.tensorlakeMouse'), 0, 'the mouse was used');
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Runs a command from the palette: F1, its title, Enter. */
  async command(title: string): Promise<void> {
    const { page } = this;
    const list = page.locator('.quick-input-list .monaco-list-row');
    await soon(async () => {
      // In a list, Escape would select nothing.
      if (await this.panel.quick.widget.isVisible()) await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget .quick-input-filter input:focus').waitFor({ timeout: 2_000 });
      await page.keyboard.insertText(title);
      const isMeant = (read: string): boolean => read === title || read.startsWith(`${title},`);
      const drawn = async (): Promise<readonly string[]> =>
        await list.evaluateAll((rows: readonly PageElement[]) =>
          rows.map(row => row.getAttribute('aria-label') ?? ''),
        );
      await waitFor(title, async () => (await drawn()).some(isMeant), 2_000);
      const focused = list.and(page.locator('.focused'));
      const label = async (): Promise<string> =>
        (await focused.getAttribute('aria-label', { timeout: 2_000 })) ?? '';
      // Commands that are as like to what is typed come first by their names.
      for (let step = 0; step < 5 && !isMeant(await label()); step += 1) await this.press('ArrowDown');
      assert.ok(isMeant(await label()), title);
    }, 40_000);
    await page.keyboard.press('Enter');
    await list.filter({ hasText: title }).first().waitFor({ state: 'hidden' });
  }

  /** Puts the focus into the view. */
  async toView(): Promise<void> {
    await this.command('Tensorlake: Focus on Sandboxes View');
  }

  /** Puts the keyboard on a row of the view, with the arrow keys. */
  async toRow(label: string | RegExp): Promise<void> {
    if (!(await this.page.evaluate<boolean>(isInView))) await this.toView();
    await soon(async () => {
      const seen: string[] = [];
      await this.press('Home');
      for (let step = 0; step < mostSteps; step += 1) {
        const at = await this.row();
        if (isLike(label, at)) return;
        seen.push(at);
        await this.press('ArrowDown');
      }
      assert.fail(`${label} is none of ${[...new Set(seen)].join(', ')}`);
    }, 40_000);
  }

  /** Puts the keyboard on a row of another view, which has the focus, and has it below a certain one. */
  async inTree(view: string, label: string, below: string): Promise<void> {
    const row = this.page.locator(`[role=tree][aria-label="${view}"] .monaco-list-row.focused .label-name`);
    const read = async (): Promise<string> =>
      (await row.count()) === 0 ? '' : (await row.first().innerText()).trim();
    await soon(async () => {
      await this.press('Home');
      await this.walk(below, 'ArrowDown', below, read);
      await this.walk(label, 'ArrowDown', label, read);
    }, 40_000);
  }

  /** The label of the row that the keyboard is on. */
  async row(): Promise<string> {
    const row = this.panel.tree.root.locator('.monaco-list-row.focused .label-name').first();
    return (await row.count()) === 0 ? '' : (await row.innerText()).trim();
  }

  /** Labels of the rows that are lit. */
  async lit(): Promise<readonly string[]> {
    return await this.panel.tree.root.locator('.monaco-list-row.selected .label-name').allInnerTexts();
  }

  /** Unfolds the row that the keyboard is on, and waits for a row below it. */
  async unfold(label: string, below: string | RegExp): Promise<void> {
    await this.toRow(label);
    await this.press('ArrowRight');
    await soon(async () => {
      const rows = await this.panel.tree.labels();
      assert.ok(
        rows.some(row => isLike(below, row)),
        `${below} is none of ${rows.join(', ')}`,
      );
    }, 40_000);
  }

  /** Opens the menu of a row and chooses from it; all but the last name are submenus. */
  async menu(label: string | RegExp, ...names: readonly string[]): Promise<void> {
    await this.toRow(label);
    await this.press('Shift+F10');
    await this.entryAndEnter(...names);
  }

  /** Chooses from the open menu; all but the last name are submenus. */
  async entryAndEnter(...names: readonly string[]): Promise<void> {
    await this.page.locator('.monaco-menu').first().waitFor();
    const last = names.length - 1;
    for (const [index, name] of names.entries()) {
      await this.walk(`the entry ${name}`, 'ArrowDown', name, async () => await this.entry());
      await this.press(index === last ? 'Enter' : 'ArrowRight');
    }
    await this.page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  }

  /** Types into the quick input that shows this text, and accepts it. */
  async answer(shown: string, text: string): Promise<void> {
    await this.panel.quick.waitFor(shown);
    await this.type(text);
    await this.press('Enter');
  }

  /** Replaces what stands in the focused input. */
  async type(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-filter input:focus').waitFor();
    await this.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /** Chooses an item of the list that shows this text, by typing until it is the one that Enter takes. */
  async choose(shown: string, typed: string, label = typed): Promise<void> {
    await this.panel.quick.waitFor(shown);
    await this.type(typed);
    await this.onItem(label);
    await this.press('Enter');
  }

  /** Waits until Enter would take this item. */
  async onItem(label: string): Promise<void> {
    const item = this.page.locator('.quick-input-list .monaco-list-row.focused .label-name').first();
    await soon(async () => assert.equal((await item.innerText()).trim(), label));
  }

  /** Answers the dialog in the middle of the window with a button; Enter takes the first one. */
  async dialog(message: RegExp, button?: string): Promise<void> {
    await soon(async () => assert.match(await this.panel.dialog.message(), message), 40_000);
    if (button !== undefined)
      await this.walk(`the button ${button}`, 'Tab', button, async () => await this.focused());
    await this.press('Enter');
    await this.page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
  }

  /** Presses a button of a notification. */
  async notification(text: string, button: string): Promise<void> {
    await this.panel.notifications.toast(text).waitFor();
    await this.command('Notifications: Focus Notification Toast');
    const toasts = this.page.locator('.notifications-toasts');
    await soon(async () => assert.ok((await toasts.locator(':focus').count()) > 0));
    const focused = toasts.locator('.monaco-list-row.focused').filter({ hasText: text });
    for (let step = 0; step < 5 && (await focused.count()) === 0; step += 1) await this.press('ArrowDown');
    await this.walk(`the button ${button}`, 'Tab', button, async () => await this.focused());
    await this.press('Enter');
    await this.panel.notifications.toast(text).waitFor({ state: 'detached' });
  }

  /** Goes on with Tab until something of this name has the focus. */
  async tabTo(name: string): Promise<void> {
    await this.walk(name, 'Tab', name, async () => await this.focused());
  }

  /** Presses a button of a tool bar above what has the focus: Shift+Tab to the bar, the arrows to the button, Enter. */
  async button(name: string): Promise<void> {
    const bar = async (): Promise<string> => {
      const names = await this.page.evaluate<readonly string[]>(barNames);
      return names.includes(name) ? name : (names.join(', ') || (await this.focused())).slice(0, 80);
    };
    await this.walk(`the tool bar with ${name}`, 'Shift+Tab', name, bar);
    await this.walk(`the button ${name}`, 'ArrowRight', name, async () => await this.focused());
    await this.press('Enter');
  }

  /** What has the focus, by its label or text. */
  async focused(): Promise<string> {
    return await this.page.evaluate<string>(focusedName);
  }

  private async entry(): Promise<string> {
    const entry = this.page
      .locator('.monaco-menu .action-item.focused > .action-menu-item > .action-label')
      .last();
    return await waitFor('the menu', async () => {
      if ((await this.page.locator('.monaco-menu').count()) === 0) return undefined;
      return (await entry.count()) === 0 ? '-' : (await entry.innerText()).trim();
    });
  }

  private async walk(
    what: string,
    key: string,
    goal: string | RegExp,
    read: () => Promise<string>,
  ): Promise<void> {
    const seen: string[] = [];
    for (let step = 0; step < mostSteps; step += 1) {
      const at = await read();
      if (isLike(goal, at)) return;
      seen.push(at);
      await this.press(key);
    }
    assert.fail(`${key} does not lead to ${what}: ${[...new Set(seen)].join(' | ')}`);
  }
}

/** Whether something that has the focus shows it: by an outline or a shadow. */
export async function showsFocus(focused: Locator): Promise<boolean> {
  return await focused.evaluate((element: PageElement & { ownerDocument: FrameDocument }) => {
    const { outlineStyle, outlineWidth, boxShadow } =
      element.ownerDocument.defaultView.getComputedStyle(element);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
}

/** What is used of a document in the page; the project is compiled without the browser's types. */
interface FrameDocument {
  readonly defaultView: {
    getComputedStyle(element: PageElement): {
      readonly outlineStyle: string;
      readonly outlineWidth: string;
      readonly boxShadow: string;
    };
  };
}
