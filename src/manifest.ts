/**
 * Every id that is also in package.json. test/unit/manifest.test.ts compares the two.
 */

/** Commands of the panel: src/commands. */
export const panelCommandIds = {
  /** Enter in the Sandboxes view; what it does depends on the node. */
  openLine: 'tensorlake.line.open',
  signIn: 'tensorlake.account.signIn',
  signOut: 'tensorlake.account.signOut',
  switchProfile: 'tensorlake.account.switchProfile',
  addProfile: 'tensorlake.account.addProfile',
  removeProfile: 'tensorlake.account.removeProfile',
  removeAllData: 'tensorlake.data.removeAll',
  create: 'tensorlake.sandbox.create',
  createFromLast: 'tensorlake.sandbox.createFromLast',
  createFromPreset: 'tensorlake.sandbox.createFromPreset',
  createAgain: 'tensorlake.sandbox.createAgain',
  restore: 'tensorlake.sandbox.restore',
  suspend: 'tensorlake.sandbox.suspend',
  resume: 'tensorlake.sandbox.resume',
  terminate: 'tensorlake.sandbox.terminate',
  snapshot: 'tensorlake.sandbox.snapshot',
  rename: 'tensorlake.sandbox.rename',
  editNetwork: 'tensorlake.sandbox.editNetwork',
  editPorts: 'tensorlake.sandbox.editPorts',
  setPublicAccess: 'tensorlake.sandbox.setPublicAccess',
  resize: 'tensorlake.sandbox.resize',
  attachFileSystem: 'tensorlake.sandbox.attachFileSystem',
  detachFileSystem: 'tensorlake.sandbox.detachFileSystem',
  duplicate: 'tensorlake.sandbox.duplicate',
  copyId: 'tensorlake.sandbox.copyId',
  copyName: 'tensorlake.sandbox.copyName',
  copyUrl: 'tensorlake.sandbox.copyUrl',
  copyLink: 'tensorlake.sandbox.copyLink',
  copyCommand: 'tensorlake.sandbox.copyCommand',
  showDetails: 'tensorlake.sandbox.showDetails',
  showRawJson: 'tensorlake.sandbox.showRawJson',
  openInDashboard: 'tensorlake.sandbox.openInDashboard',
  pick: 'tensorlake.sandbox.pick',
  suspendAll: 'tensorlake.group.suspend',
  resumeAll: 'tensorlake.group.resume',
  terminateAll: 'tensorlake.group.terminate',
  dismissEnd: 'tensorlake.sandbox.dismiss',
  pin: 'tensorlake.sandbox.pin',
  setDefault: 'tensorlake.sandbox.setDefault',
  clearDefault: 'tensorlake.sandbox.clearDefault',
  unpin: 'tensorlake.sandbox.unpin',
  refresh: 'tensorlake.sandboxes.refresh',
  filter: 'tensorlake.sandboxes.filter',
  clearFilter: 'tensorlake.sandboxes.clearFilter',
  sort: 'tensorlake.sandboxes.sort',
  cleanUp: 'tensorlake.sandboxes.cleanUp',
  stopCleanUp: 'tensorlake.cleanUp.stop',
  goTo: 'tensorlake.sandboxes.goTo',
  showHistory: 'tensorlake.sandboxes.showHistory',
  hideHistory: 'tensorlake.sandboxes.hideHistory',
  loadMoreHistory: 'tensorlake.sandboxes.loadMoreHistory',
  snapshotAndTerminate: 'tensorlake.sandbox.snapshotAndTerminate',
  refreshSnapshots: 'tensorlake.snapshots.refresh',
  deleteOldSnapshots: 'tensorlake.snapshots.deleteOlderThan',
  restoreSnapshot: 'tensorlake.snapshot.restore',
  deleteSnapshot: 'tensorlake.snapshot.delete',
  copySnapshotId: 'tensorlake.snapshot.copyId',
  showSnapshotDetails: 'tensorlake.snapshot.showDetails',
  showSnapshotJson: 'tensorlake.snapshot.showRawJson',
  showActivity: 'tensorlake.sandbox.showActivity',
  filterActivity: 'tensorlake.activity.filter',
  showAllActivity: 'tensorlake.activity.showAll',
  clearActivity: 'tensorlake.activity.clear',
  refreshCatalog: 'tensorlake.catalog.refresh',
  claim: 'tensorlake.pool.claim',
  createFromImage: 'tensorlake.image.createSandbox',
  showLog: 'tensorlake.log.show',
  checkConnection: 'tensorlake.connection.check',
  copyDiagnostics: 'tensorlake.diagnostics.copy',
  reportIssue: 'tensorlake.issue.report',
  openSettings: 'tensorlake.settings.open',
} as const;

/** Commands for files of sandboxes: src/remote/files and src/remote/search. */
const fileCommandIds = {
  openFile: 'tensorlake.files.open',
  refreshFiles: 'tensorlake.files.refresh',
  uploadFiles: 'tensorlake.files.upload',
  downloadFiles: 'tensorlake.files.download',
  newFile: 'tensorlake.files.newFile',
  newFolder: 'tensorlake.files.newFolder',
  renameFile: 'tensorlake.files.rename',
  deleteFiles: 'tensorlake.files.delete',
  copyFilePath: 'tensorlake.files.copyPath',
  copyFileLink: 'tensorlake.files.copyLink',
  cloneRepository: 'tensorlake.sandbox.cloneRepository',
  openFolder: 'tensorlake.files.openFolder',
  compareFile: 'tensorlake.files.compareWith',
  findInSandbox: 'tensorlake.files.find',
  searchAgain: 'tensorlake.search.again',
  cancelSearch: 'tensorlake.search.cancel',
  clearSearch: 'tensorlake.search.clear',
} as const;

/** Commands that reach into a running sandbox: src/remote. */
export const remoteCommandIds = {
  ...fileCommandIds,
  checkHealth: 'tensorlake.sandbox.checkHealth',
  openTerminal: 'tensorlake.terminal.open',
  openTerminalInFolder: 'tensorlake.terminal.openInFolder',
  reattachTerminal: 'tensorlake.terminal.reattach',
  endTerminal: 'tensorlake.terminal.end',
  removeEndedTerminals: 'tensorlake.terminal.removeEnded',
  openDesktop: 'tensorlake.desktop.open',
  runCommand: 'tensorlake.run.command',
  runAgain: 'tensorlake.run.again',
  cancelRun: 'tensorlake.run.cancel',
  clearRunHistory: 'tensorlake.run.clearHistory',
  showLogs: 'tensorlake.logs.show',
  olderLogs: 'tensorlake.logs.older',
  filterLogs: 'tensorlake.logs.filter',
  refreshLogs: 'tensorlake.logs.refresh',
  startProcess: 'tensorlake.process.start',
  followProcess: 'tensorlake.process.follow',
  followStreams: 'tensorlake.process.followStream',
  signalProcess: 'tensorlake.process.signal',
  restartProcess: 'tensorlake.process.restart',
  sendInput: 'tensorlake.process.sendInput',
  closeInput: 'tensorlake.process.closeInput',
  killProcess: 'tensorlake.process.kill',
  refreshProcesses: 'tensorlake.processes.refresh',
  showAllProcesses: 'tensorlake.processes.showAll',
  hideOwnProcesses: 'tensorlake.processes.hideOwn',
  forwardPort: 'tensorlake.sandbox.forwardPort',
  openPort: 'tensorlake.port.open',
  copyPortUrl: 'tensorlake.port.copyUrl',
  stopForward: 'tensorlake.port.stop',
  reopenForwards: 'tensorlake.port.reopen',
  openRemoteSsh: 'tensorlake.sandbox.openRemoteSsh',
  copySshCommand: 'tensorlake.sandbox.copySshCommand',
  removeSshEntries: 'tensorlake.ssh.removeEntries',
} as const;

export const commandIds = { ...panelCommandIds, ...remoteCommandIds } as const;

export type PanelCommandId = (typeof panelCommandIds)[keyof typeof panelCommandIds];
export type RemoteCommandId = (typeof remoteCommandIds)[keyof typeof remoteCommandIds];

/** What a key does on a node of the Sandboxes view. */
export type NodeKey = 'rename' | 'delete' | 'copy' | 'open';
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = {
  sandboxes: 'tensorlake.sandboxes',
  snapshots: 'tensorlake.snapshots',
  activity: 'tensorlake.activity',
  catalog: 'tensorlake.catalog',
  search: 'tensorlake.search',
} as const;

/** The terminal profile for a terminal in a sandbox. */
export const terminalProfileId = 'tensorlake.terminal';

/** The key in the workspace's storage of the shells that its terminals showed last. */
export const shownTerminalsKey = 'tensorlake.terminals.shown';

/** The key in the workspace's storage of the ports that are forwarded. */
export const openForwardsKey = 'tensorlake.forwards.open';

/** What is selected in the view Sandboxes, as far as keys differ by it; `none` for all else and for several kinds. */
export type SelectedKind = 'none' | 'sandbox' | 'file' | 'port' | 'terminal';

interface ContextValues {
  /** What the view shows: a ViewState, or `starting` until the stored key has been looked for. */
  'tensorlake.mood': string;
  'tensorlake.signedIn': boolean;
  /** Whether the environment holds an API key that the signed-out view may offer. */
  'tensorlake.environmentKeyFound': boolean;
  /** Whether the official CLI has a login that the signed-out view may offer. */
  'tensorlake.cliLoginFound': boolean;
  /** Whether the official CLI keeps its only login in the keychain of the system. */
  'tensorlake.cliLoginLocked': boolean;
  'tensorlake.filtered': boolean;
  'tensorlake.historyShown': boolean;
  /**
   * Whether more than one row is selected in the view Sandboxes. For key bindings only: when a key changes that the menu of
   * rows asks for, the editor draws every row again, and with that unlights selected ones.
   */
  'tensorlake.severalSelected': boolean;
  /** Whether lists of processes and logs show what the extension started for itself. */
  'tensorlake.ownProcessesShown': boolean;
  /** Whether there is a view with the results of a search. */
  'tensorlake.searchShown': boolean;
  'tensorlake.searching': boolean;
  /** What the view Snapshots shows: a ViewState, or `starting` before it was opened. */
  'tensorlake.snapshotsMood': string;
  /** What the view Activity shows: an ActivityViewState, or `starting`. */
  'tensorlake.activityMood': string;
  'tensorlake.activityFiltered': boolean;
  /** What the view Pools and Images shows: a ViewState, or `starting`. */
  'tensorlake.catalogMood': string;
  /** Whether the project has pools, or images of its own: what the view Pools and Images is there for. */
  'tensorlake.catalogShown': boolean;
  /**
   * The kind of the selected rows of the view Sandboxes: a SelectedKind. For key bindings only, as `severalSelected`.
   */
  'tensorlake.selectedKind': SelectedKind;
  /** Whether package.json says where problems are to be reported. */
  /** The calls that the server was found not to have, so that the palette does not offer what needs them. */
  'tensorlake.lacks': string;
  'tensorlake.takesIssues': boolean;
  /** Whether cleaning up waits for the time in which it can be cancelled. */
  'tensorlake.cleanUpWaits': boolean;
}

export type ContextKey = keyof ContextValues;
export type ContextValue<K extends ContextKey> = ContextValues[K];

/** Context keys and the values they have before anything is known. */
export const contextDefaults: Readonly<ContextValues> = {
  'tensorlake.mood': 'starting',
  'tensorlake.signedIn': false,
  'tensorlake.environmentKeyFound': false,
  'tensorlake.cliLoginFound': false,
  'tensorlake.cliLoginLocked': false,
  'tensorlake.filtered': false,
  'tensorlake.historyShown': false,
  'tensorlake.severalSelected': false,
  'tensorlake.ownProcessesShown': false,
  'tensorlake.searchShown': false,
  'tensorlake.searching': false,
  'tensorlake.snapshotsMood': 'starting',
  'tensorlake.activityMood': 'starting',
  'tensorlake.activityFiltered': false,
  'tensorlake.catalogMood': 'starting',
  'tensorlake.catalogShown': false,
  'tensorlake.selectedKind': 'none',
  'tensorlake.takesIssues': false,
  'tensorlake.lacks': '',
  'tensorlake.cleanUpWaits': false,
};

interface SettingValues {
  'tensorlake.apiUrl': string;
  'tensorlake.namespace': string;
  'tensorlake.useEnvironmentKey': boolean;
  'tensorlake.refresh.intervalSeconds': number;
  'tensorlake.presets': Readonly<Record<string, unknown>>;
  /** `nothing`, `terminal` or `details`. */
  'tensorlake.create.then': string;
  /** The path of a script or folder on this machine; empty for none. */
  'tensorlake.create.setUp': string;
  /** `ask`, `detach` or `end`. */
  'tensorlake.terminal.onClose': string;
  /** `ask`, `always` or `never`. */
  'tensorlake.terminal.reviveOnReload': string;
  'tensorlake.ports.offerForwards': boolean;
  /** `ask`, `always` or `never`. */
  'tensorlake.ports.restoreOnReload': string;
  'tensorlake.longRunningHours': number;
  'tensorlake.plan.slots': number;
  /** As the user wrote it; core/billing/rates.ts reads it. */
  'tensorlake.rates': object;
  'tensorlake.files.confirmAboveMegabytes': number;
}

export type SettingKey = keyof SettingValues;
export type SettingValue<K extends SettingKey> = SettingValues[K];

/** Settings with the defaults package.json declares. */
export const settingDefaults: Readonly<SettingValues> = {
  'tensorlake.apiUrl': 'https://api.tensorlake.ai',
  'tensorlake.namespace': 'default',
  'tensorlake.useEnvironmentKey': false,
  'tensorlake.refresh.intervalSeconds': 15,
  'tensorlake.presets': {},
  'tensorlake.create.then': 'nothing',
  'tensorlake.create.setUp': '',
  'tensorlake.terminal.onClose': 'detach',
  'tensorlake.terminal.reviveOnReload': 'ask',
  'tensorlake.ports.offerForwards': true,
  'tensorlake.ports.restoreOnReload': 'ask',
  'tensorlake.longRunningHours': 8,
  'tensorlake.plan.slots': 0,
  'tensorlake.rates': {},
  'tensorlake.files.confirmAboveMegabytes': 100,
};

/** Editor tabs with the details of a sandbox; the editor restores them by this type after a reload. */
export const detailsViewType = 'tensorlake.sandboxDetails';

/** Read-only documents about a sandbox. */
export const documentScheme = 'tensorlake-sandbox-info';

/** Read-only documents about a snapshot. */
export const snapshotScheme = 'tensorlake-snapshot-info';

/** Files of sandboxes: `tensorlake-sandbox://<sandbox id>/path`. */
export const fileScheme = 'tensorlake-sandbox';

/** Read-only documents of retained logs. */
export const logScheme = 'tensorlake-logs';

/** Read-only documents of output. */
export const outputScheme = 'tensorlake-output';

/** The table of a command in many sandboxes. */
export const runTableViewType = 'tensorlake.runTable';

/** Read-only documents with what a command found out. */
export const reportScheme = 'tensorlake-report';
