import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../emulator/server';
import { Canary, canaryKey } from '../../support/canary/canary';
import { createEditorHost, type EditorHost, type EditorWindow } from '../../support/editorHost/index';
import { projectRoot } from '../../support/projectRoot';
import {
  Dialog,
  Notifications,
  QuickInput,
  StatusBarItem,
  Tree,
  runCommand,
  savePicture,
  showContainer,
} from '../../support/window/index';

/** The package that scripts/test.ts builds. */
const vsixPath = join(projectRoot, 'out', 'tensorlake-sandboxes.vsix');
const extensionId = 'tensorlake-sandboxes.tensorlake-sandboxes';

let host: Promise<EditorHost> | undefined;

export interface PanelOptions {
  readonly emulator?: EmulatorOptions;
  /** Whether the window starts signed in with the key of its environment. True by default. */
  readonly isSignedIn?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands in a `.code-workspace` that is opened instead of a folder; nothing of the extension is shown then. */
  readonly workspace?: (emulator: Emulator) => Promise<unknown>;
  /** Whether the view is left closed, for a case that opens it by its keys. */
  readonly isLeftClosed?: boolean;
  /** Other packages to install. */
  readonly vsixPaths?: readonly string[];
}

/** A window with the packaged extension, and an emulator. */
export class Panel {
  readonly tree: Tree;
  readonly status: StatusBarItem;
  readonly quick: QuickInput;
  readonly dialog: Dialog;
  readonly notifications: Notifications;

  private constructor(
    readonly window: EditorWindow,
    readonly editor: EditorHost,
    private readonly folder: string,
    public emulator: Emulator,
    private readonly canary: Canary,
  ) {
    this.tree = new Tree(this.page, 'Sandboxes');
    this.status = new StatusBarItem(this.page, extensionId);
    this.quick = new QuickInput(this.page);
    this.dialog = new Dialog(this.page);
    this.notifications = new Notifications(this.page);
  }

  /** Opens a window and shows the Tensorlake container. */
  static async open(options: PanelOptions = {}): Promise<Panel> {
    host ??= createEditorHost();
    const editor = await host;
    const { apiKeys = [canaryKey()], pats = [], forbiddenKeys = [] } = options.emulator ?? {};
    const canary = new Canary(...apiKeys, ...pats, ...forbiddenKeys);
    const emulator = await startEmulator({ ...options.emulator, apiKeys });
    const folder = mkdtempSync(join(tmpdir(), 'tl-ws-'));
    writeFileSync(join(folder, 'notes.md'), '# Notes\n');
    const workspaceFile = join(folder, 'test.code-workspace');
    if (options.workspace) writeFileSync(workspaceFile, JSON.stringify(await options.workspace(emulator)));
    const window = await editor.openWindow({
      vsixPaths: [vsixPath, ...(options.vsixPaths ?? [])],
      workspacePath: options.workspace ? workspaceFile : folder,
      settings: {
        'tensorlake.apiUrl': emulator.url,
        'tensorlake.useEnvironmentKey': options.isSignedIn ?? true,
        ...options.settings,
      },
      env: { TENSORLAKE_API_KEY: (options.isSignedIn ?? true) ? emulator.apiKey : '', ...options.env },
      viewport: { width: 1280, height: 800 },
      inspection: { profile: folder => canary.searchFiles(folder) },
    });
    const panel = new Panel(window, editor, folder, emulator, canary);
    canary.watchRequests(panel.page);
    if (!options.workspace && options.isLeftClosed !== true) await showContainer(panel.page, 'Tensorlake');
    return panel;
  }

  get page(): Page {
    return this.window.page;
  }

  /** Runs a Tensorlake command from the palette. */
  async run(title: string): Promise<void> {
    await runCommand(this.page, `Tensorlake: ${title}`);
  }

  /** Saves a screenshot for review, and searches what the window shows for keys. */
  async picture(name: string): Promise<void> {
    await savePicture(this.page, this.editor.vscodeVersion, name);
    await this.canary.searchShown(this.page, name);
  }

  /**
   * Closes the window and stops the emulator.
   *
   * @throws Error with the places where a key was found, if any
   */
  async close(): Promise<void> {
    const { canary } = this;
    canary.searchProcesses();
    await canary.searchShown(this.page, 'at the end');
    if (this.editor.kind === 'server') await canary.searchStored(this.page);
    for (const { path, query } of this.emulator.requests())
      canary.searchText('the address of a request', `${path}?${query}`);
    await this.window.close();
    await this.emulator.stop();
    canary.searchFiles(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
    canary.verify();
  }
}

/** Opens a panel for the tests of a `describe`, and takes a screenshot after a failure. */
export function usePanel(options: PanelOptions = {}): () => Panel {
  let panel: Panel | undefined;
  before(async () => {
    panel = await Panel.open(options);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !panel) return;
    await panel.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
    // Closes what the failed test left open, which would fail the next tests too.
    for (let layer = 0; layer < 3; layer += 1) await panel.page.keyboard.press('Escape');
  });
  after(async () => {
    await panel?.close();
    panel = undefined;
  });
  return () => {
    if (!panel) throw new Error('The panel is not open');
    return panel;
  };
}
