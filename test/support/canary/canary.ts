import { randomBytes } from 'node:crypto';
import type { Frame, Page } from 'playwright-core';
import { bytesOf, commandLines, filesBelow, searchStorage } from './searches';

/** Characters of what stands around a find that are reported. */
const aroundLength = 60;

/** The text that a page shows, and the values of its fields that are not passwords. */
const shownText = `[document.body?.innerText ?? '', document.title, ...[...document.querySelectorAll('input, textarea')]
  .map(field => (field.type === 'password' ? '' : field.value))].join('\\n')`;

/** A key that occurs nowhere else on this machine. */
export function canaryKey(): string {
  return `tl_apiKey_${randomBytes(20).toString('hex')}`;
}

/**
 * Searches for keys where none may be: in files, in process arguments, and in what a window shows, stores and requests.
 * `verify` fails with the places. Environments of processes and the output of the emulator may hold keys.
 */
export class Canary {
  private readonly keys = new Set<string>();
  private readonly finds = new Set<string>();
  private readonly watched = new WeakSet<object>();

  /** @param keys to search for, besides those that are added later */
  constructor(...keys: readonly string[]) {
    this.add(...keys);
  }

  /** Searches for these keys too, in what is looked at from now on. */
  add(...keys: readonly string[]): void {
    for (const key of keys) this.keys.add(key);
  }

  /** Searches every address that a window and its later siblings request from now on. */
  watchRequests(page: Page): void {
    const context = page.context();
    if (this.watched.has(context)) return;
    this.watched.add(context);
    context.on('request', request => this.searchText('the address of a request', request.url()));
  }

  /** Searches what a window shows. @param when in the words of the report */
  async searchShown(page: Page, when: string): Promise<void> {
    for (const frame of page.frames()) {
      this.searchText(`the address of the window, ${when}`, frame.url());
      const text = await textOf(frame);
      if (text !== undefined) this.searchText(`the text of the window, ${when}`, text);
    }
  }

  /** Searches what a window stores in its browser. */
  async searchStored(page: Page): Promise<void> {
    const texts = [...this.keys].flatMap(key => spelled(key).map(text => ({ key, text })));
    const found = await page.evaluate<readonly (readonly [number, string])[]>(
      searchStorage(texts.map(({ text }) => text)),
    );
    for (const [index, place] of found) this.report(place, texts[index]?.key ?? '', '');
  }

  /** Searches the files below a folder. */
  searchFiles(folder: string): void {
    for (const path of filesBelow(folder)) {
      const bytes = bytesOf(path);
      if (bytes) this.searchText(path, bytes.toString('latin1'));
    }
  }

  /** Searches the arguments of every process. */
  searchProcesses(): void {
    for (const { pid, line } of commandLines()) this.searchText(`the arguments of process ${pid}`, line);
  }

  searchText(place: string, text: string): void {
    for (const key of this.keys)
      for (const spelling of spelled(key)) {
        const at = text.indexOf(spelling);
        if (at >= 0) this.report(place, key, text.slice(Math.max(0, at - aroundLength), at));
      }
  }

  /** @throws Error with the places where a key was found, if any */
  verify(): void {
    const finds = [...this.finds];
    this.finds.clear();
    if (finds.length > 0) throw new Error(`A key was found where none may be: ${finds.join('; ')}`);
  }

  private report(place: string, key: string, before: string): void {
    const context = before === '' ? '' : `, after ${JSON.stringify(before)}`;
    this.finds.add(`${key.slice(0, 14)}… in ${place}${context}`);
  }
}

/** A key as it may be written down: as it is, in base64, and in the two bytes a character of some databases. */
function spelled(key: string): readonly string[] {
  const base64 = Buffer.from(key).toString('base64').replace(/=+$/, '');
  return [key, base64, Buffer.from(key, 'utf16le').toString('latin1')];
}

/** Undefined for a frame that goes away meanwhile. */
async function textOf(frame: Frame): Promise<string | undefined> {
  try {
    return await frame.evaluate<string>(shownText);
  } catch {
    return undefined;
  }
}
