import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { atOnce } from '../../src/core/kernel/steps';
import { groupTokens } from '../../src/core/list/groupActions';
import type { Row } from '../../src/core/list/rows';
import { capabilities } from '../../src/core/sandbox/capabilities';
import type { Sandbox } from '../../src/core/sandbox/sandbox';
import { snapshotTokensOf } from '../../src/core/snapshots/snapshot';
import { commandIds, viewIds } from '../../src/manifest';
import { processTokensOf } from '../../src/remote/processes/model/processList';
import { row, sandbox } from '../support/sandboxBuilder';
import { snapshot } from '../support/snapshotBuilder';
import { holds } from '../support/whenClause';

/** The most that the menu of a row may have, its submenus counted. */
const mostEntries = 12;
const mostSubmenus = 3;

const menuItem = z.object({
  command: z.string().optional(),
  submenu: z.string().optional(),
  when: z.string().optional(),
  group: z.string().optional(),
});
const { contributes } = z
  .object({ contributes: z.object({ menus: z.record(z.string(), z.array(menuItem)) }) })
  .parse(JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')));

interface RowKind {
  readonly view: string;
  /** Of each selected row; a menu has what all of them have. */
  readonly contextValues: readonly string[];
}

/** A menu is opened on a row, which gets the focus first. */
const whenOpened = { listSupportsMultiselect: true, listHasSelectionOrFocus: true };

/** What the editor shows in the menu, in its order, without the buttons on the row. */
function entriesOf(kind: RowKind, menu = 'view/item/context'): readonly string[] {
  const [first = [], ...others] = kind.contextValues.map(viewItem =>
    (contributes.menus[menu] ?? [])
      .filter(({ group }) => group?.startsWith('inline') !== true)
      .filter(({ when }) =>
        holds(when, {
          ...whenOpened,
          view: kind.view,
          viewItem,
          listMultiSelection: kind.contextValues.length > 1,
        }),
      )
      .sort((a, b) => compareGroups(a.group ?? '', b.group ?? ''))
      .map(({ command, submenu }) => command ?? submenu ?? ''),
  );
  return [...new Set(first.filter(entry => others.every(other => other.includes(entry))))];
}

function compareGroups(a: string, b: string): number {
  const [nameA = '', orderA] = a.split('@');
  const [nameB = '', orderB] = b.split('@');
  return nameA.localeCompare(nameB) || Number(orderA) - Number(orderB);
}

function buttonsOf({ view, contextValues: [viewItem = ''] }: RowKind): readonly string[] {
  return (contributes.menus['view/item/context'] ?? [])
    .filter(({ group, when }) => group?.startsWith('inline') === true && holds(when, { view, viewItem }))
    .sort((a, b) => compareGroups(a.group ?? '', b.group ?? ''))
    .map(({ command }) => command ?? '');
}

function ofSandbox(overrides: Partial<Sandbox>): string {
  const made = sandbox({ sandboxUrl: 'https://sbx.example', ...overrides });
  return [
    'sandbox',
    ...capabilities(made),
    ...(made.state === 'terminated' ? [] : ['canPin', 'canBeDefault']),
  ].join(' ');
}

function inSandboxes(...contextValues: readonly string[]): RowKind {
  return { view: viewIds.sandboxes, contextValues };
}

function ofGroup(...rows: readonly Row[]): RowKind {
  return inSandboxes(['group', ...atOnce(groupTokens({ rows }))].join(' '));
}

const runningProcess = processTokensOf({
  pid: 7,
  status: 'running',
  rawStatus: 'running',
  command: 'node',
  args: [],
  stdinWritable: true,
  oomKilled: false,
  managed: { name: 'web', status: 'running', restartCount: 0, consecutiveHealthFailures: 0 },
}).join(' ');

const vnc = 'tensorlake/ubuntu-vnc';
const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };
const ephemeral: Partial<Sandbox> = { name: undefined };

const change = 'tensorlake.sandbox.change';
const copy = 'tensorlake.sandbox.copy';
const more = 'tensorlake.sandbox.more';

const {
  openTerminal,
  runCommand,
  openRemoteSsh,
  forwardPort,
  suspend,
  resume,
  snapshot: takeSnapshot,
  showDetails,
  showLogs,
  terminate,
} = commandIds;

const running = [
  openTerminal,
  runCommand,
  openRemoteSsh,
  forwardPort,
  suspend,
  takeSnapshot,
  showDetails,
  showLogs,
  change,
  copy,
  more,
  terminate,
];

/** The menu of each kind of row. */
const menus: Readonly<Record<string, { readonly kind: RowKind; readonly entries: readonly string[] }>> = {
  'running, with a name': { kind: inSandboxes(ofSandbox({})), entries: running },
  'running, with a name, a desktop and all else': {
    kind: inSandboxes(ofSandbox({ image: vnc, fileSystems: [mount] })),
    entries: running,
  },
  'running, ephemeral': { kind: inSandboxes(ofSandbox(ephemeral)), entries: running },
  pending: {
    kind: inSandboxes(ofSandbox({ state: 'pending' })),
    entries: [showDetails, showLogs, change, copy, more, terminate],
  },
  snapshotting: {
    kind: inSandboxes(ofSandbox({ state: 'snapshotting' })),
    entries: [showDetails, showLogs, copy, more, terminate],
  },
  suspending: {
    kind: inSandboxes(ofSandbox({ state: 'suspending' })),
    entries: [resume, showDetails, showLogs, copy, more, terminate],
  },
  suspended: {
    kind: inSandboxes(ofSandbox({ state: 'suspended' })),
    entries: [
      openTerminal,
      runCommand,
      openRemoteSsh,
      forwardPort,
      resume,
      showDetails,
      showLogs,
      change,
      copy,
      more,
      terminate,
    ],
  },
  terminated: {
    kind: inSandboxes(ofSandbox({ state: 'terminated' })),
    entries: [commandIds.createAgain, showDetails, showLogs, copy, more],
  },
  'terminated, and nobody asked for it': {
    kind: inSandboxes(`${ofSandbox({ state: 'terminated' })} canDismiss`),
    entries: [commandIds.createAgain, commandIds.dismissEnd, showDetails, showLogs, copy, more],
  },
  unknown: {
    kind: inSandboxes(ofSandbox({ state: 'unknown' })),
    entries: [showDetails, showLogs, copy, more, terminate],
  },
  'several running': {
    kind: inSandboxes(ofSandbox({}), ofSandbox({})),
    entries: [runCommand, suspend, takeSnapshot, copy, more, terminate],
  },
  'several suspended': {
    kind: inSandboxes(ofSandbox({ state: 'suspended' }), ofSandbox({ state: 'suspended' })),
    entries: [runCommand, resume, copy, more, terminate],
  },
  'several of different states': {
    kind: inSandboxes(ofSandbox({}), ofSandbox({ state: 'suspended' })),
    entries: [runCommand, copy, more, terminate],
  },
  'several terminated': {
    kind: inSandboxes(ofSandbox({ state: 'terminated' }), ofSandbox({ state: 'terminated' })),
    entries: [copy],
  },
  'a sandbox and a file': { kind: inSandboxes(ofSandbox({}), 'remoteFile remoteEntry'), entries: [] },
  folder: {
    kind: inSandboxes('remoteFolder remoteEntry'),
    entries: [
      commandIds.newFile,
      commandIds.newFolder,
      commandIds.openTerminalInFolder,
      commandIds.openFolder,
      openRemoteSsh,
      commandIds.findInSandbox,
      commandIds.copyFilePath,
      commandIds.uploadFiles,
      commandIds.downloadFiles,
      commandIds.renameFile,
      commandIds.refreshFiles,
      commandIds.deleteFiles,
    ],
  },
  file: {
    kind: inSandboxes('remoteFile remoteEntry'),
    entries: [
      commandIds.openFile,
      commandIds.compareFile,
      commandIds.copyFilePath,
      commandIds.copyFileLink,
      commandIds.downloadFiles,
      commandIds.renameFile,
      commandIds.deleteFiles,
    ],
  },
  process: {
    kind: inSandboxes(runningProcess),
    entries: [
      commandIds.followProcess,
      commandIds.followStreams,
      commandIds.signalProcess,
      commandIds.restartProcess,
      commandIds.sendInput,
      commandIds.closeInput,
      commandIds.killProcess,
    ],
  },
  'forwarded port': {
    kind: inSandboxes('portForward'),
    entries: [commandIds.openPort, commandIds.copyPortUrl, commandIds.stopForward],
  },
  'exposed port': {
    kind: inSandboxes('exposedPort hasPortUrl'),
    entries: [commandIds.openPort, commandIds.setPublicAccess, commandIds.copyPortUrl],
  },
  'detached terminal': {
    kind: inSandboxes('detachedTerminal'),
    entries: [commandIds.reattachTerminal, commandIds.endTerminal],
  },
  'ended terminal': {
    kind: inSandboxes('endedTerminal'),
    entries: [commandIds.reattachTerminal, commandIds.removeEndedTerminals],
  },
  snapshot: {
    kind: {
      view: viewIds.snapshots,
      contextValues: [snapshotTokensOf(snapshot({ status: 'completed' }), false).join(' ')],
    },
    entries: [
      commandIds.restoreSnapshot,
      commandIds.showSnapshotDetails,
      commandIds.showSnapshotJson,
      commandIds.copySnapshotId,
      commandIds.deleteSnapshot,
    ],
  },
  pool: { kind: { view: viewIds.catalog, contextValues: ['pool'] }, entries: [commandIds.claim] },
  image: { kind: { view: viewIds.catalog, contextValues: ['image'] }, entries: [commandIds.createFromImage] },
  activity: {
    kind: { view: viewIds.activity, contextValues: ['transition'] },
    entries: [showDetails, commandIds.showActivity, commandIds.copyId],
  },
  'group of running ones': {
    kind: ofGroup(row({}), row({ id: 'other' })),
    entries: [commandIds.suspendAll, commandIds.terminateAll],
  },
  'group of terminated ones': { kind: ofGroup(row({ state: 'terminated' })), entries: [] },
};

describe('menus of rows', () => {
  for (const [name, { kind, entries }] of Object.entries(menus))
    it(`has what can be done with it, and no more than ${mostEntries} entries: ${name}`, () => {
      const shown = entriesOf(kind);
      assert.ok(shown.length <= mostEntries, `${shown.length} entries: ${shown.join(', ')}`);
      const submenus = shown.filter(entry => entry in contributes.menus);
      assert.ok(submenus.length <= mostSubmenus, submenus.join(', '));
      assert.deepEqual(shown, entries);
      for (const submenu of submenus) assert.notDeepEqual(entriesOf(kind, submenu), [], submenu);
    });

  it('has what is rarely used in More', () => {
    assert.deepEqual(entriesOf(inSandboxes(ofSandbox({ image: vnc })), more), [
      commandIds.openTerminalInFolder,
      commandIds.startProcess,
      commandIds.uploadFiles,
      commandIds.openDesktop,
      commandIds.cloneRepository,
      commandIds.duplicate,
      commandIds.restore,
      commandIds.snapshotAndTerminate,
      commandIds.showActivity,
      commandIds.checkHealth,
      commandIds.showRawJson,
      commandIds.openInDashboard,
      commandIds.pin,
      commandIds.setDefault,
    ]);
    assert.deepEqual(entriesOf(inSandboxes(ofSandbox({}), ofSandbox({})), more), [
      commandIds.snapshotAndTerminate,
      commandIds.pin,
    ]);
  });

  it('has nothing in a submenu until a row has the focus, as VS Code makes the whole menu of each row that it draws', () => {
    for (const { kind } of Object.values(menus))
      for (const viewItem of kind.contextValues)
        for (const submenu of [change, copy, more])
          for (const { command, when } of contributes.menus[submenu] ?? [])
            assert.ok(!holds(when, { view: kind.view, viewItem, listSupportsMultiselect: true }), command);
    // When a key changes that the menu itself asks for, every row is drawn again.
    for (const { when } of contributes.menus['view/item/context'] ?? [])
      assert.doesNotMatch(when ?? '', /listHasSelectionOrFocus/);
  });

  it('has at most three buttons on a row, none of which ends anything that runs', () => {
    for (const [name, { kind }] of Object.entries(menus)) {
      const buttons = buttonsOf(kind);
      assert.ok(buttons.length <= 3, `${name}: ${buttons.join(', ')}`);
      for (const id of [terminate, commandIds.deleteFiles, commandIds.killProcess, commandIds.deleteSnapshot])
        assert.ok(!buttons.includes(id), name);
    }
    assert.deepEqual(buttonsOf(inSandboxes(ofSandbox({ state: 'terminated' }))), [commandIds.createAgain]);
  });
});
