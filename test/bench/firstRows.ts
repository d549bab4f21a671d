import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startEmulator, type Emulator } from '../../emulator/server';
import { createEditorHost, type EditorHost } from '../support/editorHost/index';
import { projectRoot } from '../support/projectRoot';
import { soon } from '../support/waitFor';
import { activityBarIcon } from '../support/window/index';

/*
 * Time from the click on the icon to the first rows, by the clock of the page, compared with a view of 100 constant
 * rows. Run: npm run build && npx tsx test/bench/firstRows.ts
 */

const runs = 7;
const mostLaterMs = 40;
/** Time for an opened window to become idle. */
const restMs = 3_000;

const stubManifest = {
  name: 'stub',
  publisher: 'bench',
  version: '0.0.0',
  engines: { vscode: '^1.104.0' },
  main: 'stub.js',
  activationEvents: ['onStartupFinished'],
  contributes: {
    viewsContainers: { activitybar: [{ id: 'bench', title: 'Tensorlake', icon: 'icon.svg' }] },
    views: { bench: [{ id: 'bench.rows', name: 'Sandboxes' }] },
  },
};
const stubCode = `
const { window, TreeItem } = require('vscode');
const rows = Array.from({ length: 100 }, (_, index) => new TreeItem('row ' + index));
exports.activate = () => void window.createTreeView('bench.rows', {
  treeDataProvider: { getChildren: row => (row ? [] : rows), getTreeItem: row => row },
});
`;

/** Runs in the page: milliseconds from the next mouse press to the first row of an extension. */
const watch = `new Promise(resolve => {
  let pressedAt;
  addEventListener('mousedown', () => (pressedAt = performance.now()), { capture: true, once: true });
  new MutationObserver((_, observer) => {
    if (pressedAt === undefined || !document.querySelector('.custom-view-tree-node-item')) return;
    observer.disconnect();
    resolve(performance.now() - pressedAt);
  }).observe(document.body, { childList: true, subtree: true });
})`;

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'tl-bench-'));
  try {
    const host = await createEditorHost();
    const stub = join(root, 'stub');
    mkdirSync(stub);
    cpSync(join(projectRoot, 'media', 'tensorlake.svg'), join(stub, 'icon.svg'));
    writeFileSync(join(stub, 'package.json'), JSON.stringify(stubManifest));
    writeFileSync(join(stub, 'stub.js'), stubCode);
    const ours = join(root, 'ours');
    mkdirSync(ours);
    for (const part of ['dist', 'media', 'l10n', 'package.nls.json', 'package.json'])
      cpSync(join(projectRoot, part), join(ours, part), { recursive: true });

    const times: Record<'stub' | 'ten' | 'thousand', number[]> = { stub: [], ten: [], thousand: [] };
    // Alternating, so that the load of the machine affects all of them.
    for (let run = 0; run < runs; run += 1) {
      times.stub.push(await measure(host, stub, root));
      times.ten.push(await measure(host, ours, root, 10));
      times.thousand.push(await measure(host, ours, root, 1_700));
    }
    const least = median(times.stub);
    console.log(`a view that is always the same: ${least.toFixed(0)} ms`);
    for (const [name, found] of [
      ['10 sandboxes', times.ten],
      ['1,000 sandboxes', times.thousand],
    ] as const) {
      const later = median(found) - least;
      console.log(`${name}: ${median(found).toFixed(0)} ms, ${later.toFixed(0)} later`);
      if (later > mostLaterMs) process.exitCode = 1;
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @param sandboxes their number in the emulator, a third of them terminated; undefined for the other extension */
async function measure(
  host: EditorHost,
  extensionPath: string,
  workspacePath: string,
  sandboxes?: number,
): Promise<number> {
  const emulator = sandboxes === undefined ? undefined : await startEmulator({ sandboxes });
  const window = await host.openWindow({
    extensionPath,
    workspacePath,
    settings: { 'tensorlake.apiUrl': emulator?.url, 'tensorlake.useEnvironmentKey': true },
    env: { TENSORLAKE_API_KEY: emulator?.apiKey ?? '' },
  });
  try {
    const { page } = window;
    const icon = activityBarIcon(page, 'Tensorlake');
    await icon.waitFor();
    if (emulator) await page.locator('.statusbar-item', { hasText: /\d+ running/ }).waitFor();
    await sleep(restMs);
    const measured = page.evaluate<number>(watch);
    await page.evaluate('0');
    await icon.click();
    const time = await measured;
    if (emulator) await reachLast(page, await countShown(emulator));
    return time;
  } finally {
    await window.close();
    await emulator?.stop();
  }
}

/** Number of sandboxes that the view has to show. */
async function countShown({ url, apiKey }: Emulator): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/sandboxes?limit=10000`, { headers });
  const { sandboxes } = (await answer.json()) as { sandboxes: readonly { status: string }[] };
  return sandboxes.filter(({ status }) => status !== 'terminated').length;
}

/** Goes to the end of the list by keyboard and checks the number of rows: sandboxes and their groups. */
async function reachLast(page: Page, shown: number): Promise<void> {
  const rows = page.locator('.monaco-list[aria-label="Sandboxes"] .monaco-list-row');
  await rows.first().focus();
  await soon(async () => {
    // Repeated, because a long list is rendered in two steps.
    await page.keyboard.press('End');
    const last = rows.and(page.locator('.focused'));
    const index = Number(await last.getAttribute('data-index', { timeout: 500 }));
    if (index < shown) throw new Error(`The last row is number ${index + 1} of ${shown} and their groups`);
  });
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
