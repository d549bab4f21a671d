import type { Locator, Page } from 'playwright-core';
import { closeMenu, menuItems, tryMenu } from './menu';
import { exactly, movePointerAway, plainText, quoted, readHover, type PageElement } from './selectors';

/** Enough for a list whose rows move once or twice. */
const attempts = 5;

/** A tree view by its name. Rows that are scrolled out of sight are not in the page. */
export class Tree {
  readonly root: Locator;

  constructor(
    private readonly page: Page,
    private readonly viewName: string,
  ) {
    this.root = page.locator(`.monaco-list[role="tree"][aria-label=${quoted(viewName)}]`);
  }

  /** The row whose label, without its description, is exactly this. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name', { hasText: exactly(label) });
    return this.root.locator('.monaco-list-row').filter({ has: name });
  }

  /** The row whose accessible label contains this text. */
  rowByAriaLabel(text: string): Locator {
    return this.root.locator(`.monaco-list-row[aria-label*=${quoted(text)}]`);
  }

  /** Waits until the row is there. */
  async waitFor(label: string): Promise<void> {
    await this.row(label).first().waitFor();
  }

  /** Waits until the row is gone. */
  async waitUntilGone(label: string): Promise<void> {
    await this.row(label).first().waitFor({ state: 'detached' });
  }

  /** Labels of the rows in sight, from the top. */
  async labels(): Promise<string[]> {
    const rows = await this.root.locator('.monaco-list-row').evaluateAll((elements: readonly PageElement[]) =>
      elements.map(element => ({
        index: Number(element.getAttribute('data-index')),
        label: element.querySelector('.label-name')?.textContent ?? '',
      })),
    );
    return rows.sort((a, b) => a.index - b.index).map(row => row.label);
  }

  /** The grey text after a label; empty when there is none. */
  async description(label: string): Promise<string> {
    const description = this.row(label).first().locator('.label-description');
    return (await description.count()) === 0 ? '' : plainText(description);
  }

  /** The accessible label of a row, without the remark that newer editors add to it. */
  async ariaLabel(label: string): Promise<string> {
    const read = (await this.row(label).first().getAttribute('aria-label')) ?? '';
    return read.replace(/, has actions$/, '');
  }

  async select(label: string): Promise<void> {
    await this.row(label).first().locator('.label-name').click();
  }

  async expand(label: string): Promise<void> {
    await this.setExpanded(label, true);
  }

  async collapse(label: string): Promise<void> {
    await this.setExpanded(label, false);
  }

  /** Reads the tooltip of a row, which contains the label or another text. */
  async tooltip(label: string, containing = label): Promise<string> {
    return readHover(this.page, this.row(label).first().locator('.label-name'), containing);
  }

  /** Opens a row's context menu, reads its items and closes it. */
  async contextMenu(label: string): Promise<string[]> {
    await this.openContextMenu(label);
    const items = await menuItems(this.page);
    await closeMenu(this.page);
    return items;
  }

  /** Chooses from a row's context menu; further names are in submenus. */
  async chooseFromContextMenu(label: string, ...names: readonly string[]): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      await this.openContextMenu(label);
      if (await tryMenu(this.page, names)) return;
    }
    throw new Error(`The menu of ${label} closed each time or has no ${names.join(' > ')}`);
  }

  /** Drops addresses, one on each line, on a row, as if they were dragged from outside the window. */
  async drop(label: string, uris: string): Promise<void> {
    const target = this.row(label).first();
    // A string: the project is compiled without the browser's types.
    const data = await this.page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.setData('text/uri-list', ${JSON.stringify(uris)}); return data; })()`,
    );
    for (const type of ['dragenter', 'dragover', 'drop'])
      await target.dispatchEvent(type, { dataTransfer: data });
  }

  /** Names of the buttons that a row shows under the mouse. */
  async inlineActions(label: string): Promise<string[]> {
    const row = this.row(label).first();
    await row.hover();
    const names = row.locator('.actions .action-label');
    return names.evaluateAll((elements: readonly PageElement[]) =>
      elements.map(element => element.getAttribute('aria-label') ?? ''),
    );
  }

  /** Presses a button that a row shows under the mouse. */
  async clickInlineAction(label: string, action: string): Promise<void> {
    const row = this.row(label).first();
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^=${quoted(action)}]`).click();
  }

  /** Expands the view, where it is one of several in a side bar. */
  async open(): Promise<void> {
    await this.setOpen(true);
  }

  /** Collapses the view. */
  async close(): Promise<void> {
    await this.setOpen(false);
  }

  /** Presses a button in the view's title. */
  async clickTitleAction(action: string): Promise<void> {
    // The only view of a side bar has its buttons in the side bar's title and no header of its own; one of several
    // shows them under the mouse.
    await this.pane().first().hover();
    await this.page
      .locator(`.composite.title .action-label[aria-label^=${quoted(action)}]`)
      .or(this.pane().locator(`.pane-header .action-label[aria-label^=${quoted(action)}]`))
      .filter({ visible: true })
      .first()
      .click();
  }

  /** Chooses from the menu in the title of a view that is one of several in a side bar. */
  async chooseTitleEntry(...names: readonly string[]): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      await this.pane().first().hover();
      await this.header().locator('.codicon-toolbar-more').click();
      await this.page.locator('.monaco-menu').first().waitFor();
      if (await tryMenu(this.page, names)) return;
    }
    throw new Error(`The menu of ${this.viewName} has no ${names.join(' > ')}`);
  }

  /** The line with the name of the view, where it is one of several in a side bar. */
  header(): Locator {
    return this.pane().locator('.pane-header');
  }

  /** Waits for a line of text above the rows that matches. */
  async waitForMessage(text: RegExp): Promise<void> {
    await this.message().filter({ hasText: text }).waitFor();
  }

  /** Waits until there is no line of text above the rows. */
  async waitForNoMessage(): Promise<void> {
    await this.message().waitFor({ state: 'detached' });
  }

  /** What the view shows instead of rows: its welcome text and buttons. */
  welcome(): Locator {
    return this.pane().locator('.welcome-view-content');
  }

  private async setOpen(isOpen: boolean): Promise<void> {
    const header = this.header();
    await header.waitFor();
    const wanted = header.and(this.page.locator(`[aria-expanded="${isOpen}"]`));
    if ((await wanted.count()) === 0) {
      await header.locator('.title').click();
      // Otherwise a row that appears under the mouse opens its hover.
      await this.page.mouse.move(0, 0);
    }
    await wanted.waitFor();
  }

  private message(): Locator {
    return this.pane().locator('.tree-explorer-viewlet-tree-view > .message:not(.hide)');
  }

  pane(): Locator {
    return this.page.locator(`.pane:has(.pane-header[aria-label*=${quoted(`${this.viewName} Section`)}])`);
  }

  /** Opens a row's context menu. If the row moves just then, the menu of another row opens, and this tries again. */
  async openContextMenu(label: string): Promise<void> {
    const row = this.row(label).first();
    const isOpen = row.and(this.page.locator('.focused'));
    for (let attempt = 1; ; attempt++) {
      // The hover of a row that came under the mouse may cover this one.
      await movePointerAway(this.page);
      await row.locator('.label-name').click({ button: 'right' });
      await this.page.locator('.monaco-menu').first().waitFor();
      if ((await isOpen.count()) > 0 || attempt === attempts) return;
      await closeMenu(this.page);
    }
  }

  private async setExpanded(label: string, expanded: boolean): Promise<void> {
    const row = this.row(label).first();
    const wanted = row.and(this.page.locator(`[aria-expanded="${expanded}"]`));
    await row.waitFor();
    for (let attempt = 1; (await wanted.count()) === 0; attempt++) {
      // The list reuses elements for other rows when it moves, so one step checks the row and clicks.
      const isClicked = await row.evaluate((element: PageElement, name) => {
        const isMeant = element.querySelector('.label-name')?.textContent?.trim() === name;
        if (isMeant) element.querySelector('.monaco-tl-twistie')?.click();
        return isMeant;
      }, label);
      if (isClicked || attempt === attempts) break;
    }
    await wanted.waitFor();
  }
}
