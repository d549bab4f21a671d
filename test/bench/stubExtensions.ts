import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UndiciTransport } from '../../src/api/http/undiciTransport';
import { atOnce } from '../../src/core/kernel/steps';
import { groupTokens } from '../../src/core/list/groupActions';
import { groupRows } from '../../src/core/list/groups';
import type { Row } from '../../src/core/list/rows';
import { capabilitiesOf } from '../../src/core/sandbox/capabilities';
import { viewIds } from '../../src/manifest';
import { startEmulator } from '../../emulator/server';
import { projectRoot } from '../support/projectRoot';
import { sandboxesOf } from './controlPlane';

/** Copies the built extension. */
export function writeOurs(folder: string): string {
  mkdirSync(folder);
  for (const part of ['dist', 'media', 'l10n', 'package.nls.json', 'package.json'])
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  return folder;
}

/** An extension with one view of 100 constant rows, and nothing else. */
export function writePlainStub(folder: string): string {
  mkdirSync(folder);
  cpSync(join(projectRoot, 'media', 'tensorlake.svg'), join(folder, 'icon.svg'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(plainManifest));
  writeFileSync(join(folder, 'stub.js'), plainCode);
  return folder;
}

const plainManifest = {
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

const plainCode = `
const { window, TreeItem } = require('vscode');
const rows = Array.from({ length: 100 }, (_, index) => new TreeItem('row ' + index));
exports.activate = () => void window.createTreeView('bench.rows', {
  treeDataProvider: { getChildren: row => (row ? [] : rows), getTreeItem: row => row },
});
`;

/** How many rows the view Sandboxes hands over first: src/views/sandboxes/treeModel.ts. */
const firstRows = 60;

interface StubRow {
  readonly id: string;
  readonly label: string;
  readonly contextValue: string;
  readonly isFolded: boolean;
}

interface StubGroup extends StubRow {
  readonly rows: readonly StubRow[];
}

/**
 * An extension with the manifest of ours, whose view has constant rows of the same kinds in as many groups.
 *
 * @param sandboxes their number in the emulator that tells the kinds
 */
export async function writeShapedStub(folder: string, sandboxes: number): Promise<string> {
  mkdirSync(folder);
  for (const part of ['media', 'l10n', 'package.nls.json'])
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './stub.js' }));
  writeFileSync(join(folder, 'stub.js'), shapedCode(await groupsOf(sandboxes)));
  return folder;
}

async function groupsOf(sandboxes: number): Promise<readonly StubGroup[]> {
  const emulator = await startEmulator({ sandboxes });
  const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
  const api = sandboxesOf(transport, emulator.url, emulator.apiKey);
  const signal = new AbortController().signal;
  const rows: Row[] = [];
  try {
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await api.listPage(cursor === '' ? {} : { cursor }, signal);
      for (const sandbox of page.sandboxes)
        if (sandbox.state !== 'terminated') rows.push({ sandbox, seenAtMs: 0 });
      cursor = page.nextCursor;
    }
  } finally {
    transport.dispose();
    await emulator.stop();
  }
  let left = firstRows;
  return groupRows(rows).map(group => {
    const shown = group.rows.slice(0, Math.max(1, left));
    left -= shown.length;
    return {
      id: group.id,
      label: group.state,
      contextValue: ['group', ...atOnce(groupTokens(group))].join(' '),
      isFolded: false,
      rows: shown.map(row => ({
        id: row.sandbox.id,
        label: row.sandbox.name ?? row.sandbox.id,
        contextValue: ['sandbox', ...capabilitiesOf(row), 'canPin', 'canBeDefault'].join(' '),
        isFolded: row.sandbox.state === 'running',
      })),
    };
  });
}

const shapedCode = (groups: readonly StubGroup[]): string => `
const { commands, window, TreeItem, ThemeColor, ThemeIcon } = require('vscode');
const { None, Collapsed, Expanded } = require('vscode').TreeItemCollapsibleState;
const itemOf = (row, collapsible) => Object.assign(new TreeItem(row.label, collapsible), {
  id: row.id,
  description: '2 CPUs · 4 GB · 3 d',
  contextValue: row.contextValue,
  iconPath: new ThemeIcon('vm-running', new ThemeColor('charts.green')),
  accessibilityInformation: { label: row.label },
});
const groups = ${JSON.stringify(groups)}.map(group => Object.assign(itemOf(group, Expanded), {
  rows: group.rows.map(row => itemOf(row, row.isFolded ? Collapsed : None)),
}));
exports.activate = () => {
  commands.executeCommand('setContext', 'tensorlake.mood', 'list');
  commands.executeCommand('setContext', 'tensorlake.signedIn', true);
  for (const id of ${JSON.stringify([viewIds.snapshots, viewIds.activity, viewIds.catalog])})
    window.createTreeView(id, { treeDataProvider: { getChildren: () => [], getTreeItem: row => row } });
  window.createTreeView('${viewIds.sandboxes}', {
    canSelectMany: true,
    showCollapseAll: true,
    treeDataProvider: {
      getChildren: row => (row ? row.rows ?? [] : groups),
      getTreeItem: row => row,
      resolveTreeItem: item => item,
    },
  });
};
`;
