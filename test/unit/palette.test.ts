import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { OptionalCall } from '../../src/core/sandbox/capabilities';
import { commandIds as ids } from '../../src/manifest';

/** The most commands in the palette, those counted that are there only sometimes. */
const most = 60;

const item = z.object({ command: z.string().optional(), when: z.string().optional() });
const { contributes } = z
  .object({
    contributes: z.object({
      commands: z.array(z.object({ command: z.string() })),
      menus: z.record(z.string(), z.array(item)),
    }),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')));

/** Why a command makes sense without a row. */
const whyShown = {
  'is about the account, the window or the extension': [
    ids.signIn,
    ids.signOut,
    ids.switchProfile,
    ids.removeProfile,
    ids.removeAllData,
    ids.showLog,
    ids.checkConnection,
    ids.copyDiagnostics,
    ids.openSettings,
    ids.openInDashboard,
    ids.removeSshEntries,
  ],
  'makes a sandbox': [ids.create, ids.createFromLast, ids.createFromPreset, ids.restore],
  'is about the whole list': [
    ids.refresh,
    ids.filter,
    ids.sort,
    ids.goTo,
    ids.cleanUp,
    ids.suspendAll,
    ids.deleteOldSnapshots,
  ],
  'asks which sandbox': [
    ids.pick,
    ids.suspend,
    ids.resume,
    ids.terminate,
    ids.snapshot,
    ids.duplicate,
    ids.rename,
    ids.resize,
    ids.setPublicAccess,
    ids.showDetails,
    ids.showActivity,
    ids.showLogs,
    ids.openTerminal,
    ids.openRemoteSsh,
    ids.runCommand,
    ids.startProcess,
    ids.forwardPort,
    ids.findInSandbox,
    ids.openFile,
    ids.openFolder,
    ids.uploadFiles,
    ids.downloadFiles,
    ids.cloneRepository,
    ids.setDefault,
    ids.clearDefault,
  ],
  'asks which of what this window opened': [
    ids.reattachTerminal,
    ids.runAgain,
    ids.cancelRun,
    ids.clearRunHistory,
    ids.stopForward,
    ids.reopenForwards,
  ],
} as const;

/** While the server was not found to lack what it needs. */
const lacksNo = (call: OptionalCall): string => String.raw`!(tensorlake.lacks =~ /\b${call}\b/)`;

/** When a command is there that is pointless at other times. */
const onlyWhen: Readonly<Record<string, string>> = {
  [ids.clearFilter]: 'tensorlake.filtered',
  [ids.showHistory]: 'tensorlake.signedIn && !tensorlake.historyShown',
  [ids.hideHistory]: 'tensorlake.historyShown',
  [ids.stopCleanUp]: 'tensorlake.cleanUpWaits',
  [ids.claim]: 'tensorlake.catalogShown',
  [ids.reportIssue]: 'tensorlake.takesIssues',
  [ids.suspend]: lacksNo('suspend'),
  [ids.suspendAll]: lacksNo('suspend'),
  [ids.resume]: lacksNo('resume'),
  [ids.duplicate]: lacksNo('copy'),
  [ids.showLogs]: lacksNo('logs'),
  [ids.rename]: lacksNo('update'),
  [ids.forwardPort]: lacksNo('tunnels'),
  [ids.openRemoteSsh]: lacksNo('ssh'),
  [ids.resize]: lacksNo('update'),
  [ids.setPublicAccess]: lacksNo('update'),
};

/** Why a command is not there: the menus that have it, or what else runs it. */
const whyHidden = {
  'view/item/context': [
    ids.createAgain,
    ids.resumeAll,
    ids.terminateAll,
    ids.dismissEnd,
    ids.restoreSnapshot,
    ids.deleteSnapshot,
    ids.copySnapshotId,
    ids.showSnapshotDetails,
    ids.showSnapshotJson,
    ids.createFromImage,
    ids.refreshFiles,
    ids.newFolder,
    ids.renameFile,
    ids.deleteFiles,
    ids.copyFilePath,
    ids.copyFileLink,
    ids.compareFile,
    ids.endTerminal,
    ids.removeEndedTerminals,
    ids.followProcess,
    ids.followStreams,
    ids.signalProcess,
    ids.restartProcess,
    ids.sendInput,
    ids.closeInput,
    ids.killProcess,
    ids.refreshProcesses,
    ids.showAllProcesses,
    ids.hideOwnProcesses,
    ids.openPort,
    ids.copyPortUrl,
  ],
  'tensorlake.sandbox.change': [ids.editNetwork, ids.editPorts, ids.attachFileSystem, ids.detachFileSystem],
  'tensorlake.sandbox.copy': [
    ids.copyId,
    ids.copyName,
    ids.copyUrl,
    ids.copyLink,
    ids.copySshCommand,
    ids.copyCommand,
  ],
  'tensorlake.sandbox.more': [
    ids.openTerminalInFolder,
    ids.openDesktop,
    ids.snapshotAndTerminate,
    ids.checkHealth,
    ids.showRawJson,
    ids.pin,
    ids.unpin,
  ],
  'view/title': [
    ids.refreshSnapshots,
    ids.refreshCatalog,
    ids.filterActivity,
    ids.showAllActivity,
    ids.clearActivity,
    ids.searchAgain,
    ids.cancelSearch,
    ids.clearSearch,
  ],
  'editor/title': [ids.olderLogs, ids.filterLogs, ids.refreshLogs],
  'file/newFile': [ids.newFile],
  'an entry of Switch Profile': [ids.addProfile],
  'the last row of the history': [ids.loadMoreHistory],
  'a key': [ids.openLine],
} as const;

const inPalette = new Map(
  (contributes.menus['commandPalette'] ?? []).map(({ command, when }) => [command, when]),
);
const declared = contributes.commands.map(({ command }) => command);

describe('command palette', () => {
  it(`has at most ${most} commands, those counted that are there only sometimes`, () => {
    const shown = declared.filter(id => inPalette.get(id) !== 'false');
    assert.ok(shown.length <= most, `${shown.length}: ${shown.join(', ')}`);
  });

  it('has what makes sense without a row, and of each other command it is known why not', () => {
    const hidden = new Set<string>(Object.values(whyHidden).flat());
    const shown = new Set<string>([...Object.values(whyShown).flat(), ...Object.keys(onlyWhen)]);
    assert.deepEqual(
      declared.filter(id => hidden.has(id) === shown.has(id)),
      [],
      'each command has one reason',
    );
    assert.deepEqual(
      declared.filter(id => inPalette.get(id) === 'false').sort(),
      declared.filter(id => hidden.has(id)).sort(),
    );
  });

  it('has some commands only while they do something', () => {
    const conditional = [...inPalette].filter(([, when]) => when !== 'false');
    assert.deepEqual(Object.fromEntries(conditional), onlyWhen);
  });

  it('hides no command that no other place has', () => {
    for (const [place, commands] of Object.entries(whyHidden)) {
      const menu = contributes.menus[place];
      for (const id of menu ? commands : [])
        assert.ok(
          menu?.some(({ command }) => command === id),
          `${id} in ${place}`,
        );
    }
  });
});
