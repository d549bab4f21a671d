import { FileSystemError, l10n, type Uri, workspace } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { fileUri } from '../../host/editor/documents/documentUris';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { shownInTabs } from '../../host/editor/documents/openTabs';
import { fileScheme } from '../../manifest';
import { listText } from '../../text/kit/listText';
import { plainText } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import type { Storage } from '../storage';
import { targetOf } from './tree/fileTargets';
import { ConsentMemory, needsConsent } from './model/consent';

/**
 * Asks before a workspace reads files of sandboxes: whoever wrote it decides what the editor reads, and reading keeps a
 * sandbox awake, or is more than that. What the user opens by an action of their own needs no question.
 */
export class WorkspaceConsent {
  private readonly memory: ConsentMemory;
  /** Files that the user opened in this window. */
  private readonly opened = new Set<string>();
  private readonly openedSandboxes = new Set<string>();
  private question: Promise<void> | undefined;

  constructor(
    private readonly app: AppContext,
    { global, workspace: ofWorkspace }: Pick<Storage, 'global' | 'workspace'>,
  ) {
    this.memory = new ConsentMemory(ofWorkspace, global, () => app.clock.now());
  }

  /** Notes that the user opens files by an action of their own. */
  userOpens(...uris: readonly Uri[]): void {
    for (const uri of uris) {
      if (uri.scheme !== fileScheme) continue;
      this.opened.add(uri.toString());
      this.openedSandboxes.add(uri.authority);
    }
  }

  /** Notes that the user agreed to a folder that is about to be added to the workspace. */
  async allow(folder: Uri): Promise<void> {
    await this.memory.keep([folder.authority], true, workspace.isTrusted);
    // Only a second folder makes this another workspace, and the first of none; both open the window anew.
    if ((workspace.workspaceFolders ?? []).length < 2) await this.memory.handOver(folder.toString());
  }

  /** Asks again about a folder of the workspace that the user did not allow. */
  async askAgain(folder: Uri): Promise<void> {
    if (this.memory.answerFor(folder.authority, workspace.isTrusted) === true) return;
    this.memory.retract(folder.authority);
    if (await this.isAllowed(folder)) await tryEditorCommand('workbench.files.action.refreshFilesExplorer');
  }

  /**
   * Resolves when a file may be read.
   *
   * @throws FileSystemError when the user did not allow it; UserError when signed out
   */
  async require(uri: Uri): Promise<void> {
    if (!this.isAsked(uri)) return;
    await this.app.connections.require();
    if (!(await this.isAllowed(uri)))
      throw FileSystemError.NoPermissions(
        l10n.t(
          'You did not allow this workspace to read files of the sandbox. “Open Folder in Workspace” asks again.',
        ),
      );
  }

  /** Forgets what was answered and opened in this window. */
  forget(): void {
    this.memory.clear();
    this.opened.clear();
    this.openedSandboxes.clear();
  }

  private isAsked(uri: Uri): boolean {
    this.userOpens(...this.selected());
    const tabs = shownInTabs();
    return needsConsent({
      isOpened: this.opened.has(uri.toString()),
      isInFolder: workspace.getWorkspaceFolder(uri) !== undefined,
      isBesideFolder: foldersOfSandboxes().some(({ authority }) => authority === uri.authority),
      isInTab: tabs.some(tab => tab.toString() === uri.toString()),
      isSandboxOpened:
        this.openedSandboxes.has(uri.authority) ||
        tabs.some(tab => tab.scheme === fileScheme && tab.authority === uri.authority),
      isTrusted: workspace.isTrusted,
    });
  }

  /** The files that are selected in the view, where a click selects what it opens. */
  private selected(): readonly Uri[] {
    return this.app.view
      .selectedNodes()
      .map(targetOf)
      .flatMap(target => (target?.isFolder === false ? [fileUri(target.sandboxId, target.path)] : []));
  }

  private async isAllowed(uri: Uri): Promise<boolean> {
    const answer = (): boolean | undefined => this.memory.answerFor(uri.authority, workspace.isTrusted);
    while (answer() === undefined) {
      this.question ??= this.ask(uri).finally(() => {
        this.question = undefined;
      });
      await this.question;
    }
    return answer() === true;
  }

  /** Asks once for all sandboxes that folders of the workspace lie in, and that of the file. */
  private async ask(uri: Uri): Promise<void> {
    const isTrusted = workspace.isTrusted;
    const folders = foldersOfSandboxes();
    const added = await this.memory.takeOver(folders.map(folder => folder.toString()));
    const addedTo = folders.find(folder => folder.toString() === added)?.authority;
    if (addedTo !== undefined) await this.memory.keep([addedTo], true, isTrusted);
    if (addedTo === uri.authority) return;
    const ids = [...new Set([uri.authority, ...folders.map(({ authority }) => authority)])].filter(
      id => this.memory.answerFor(id, isTrusted) === undefined,
    );
    const isFolder = folders.some(({ authority }) => authority === uri.authority);
    const detail = [
      isFolder
        ? l10n.t(
            'It has a folder there. While it is open the editor reads that as it likes, which keeps the sandbox awake.',
          )
        : l10n.t(
            'It leads to {0}, which you did not open. Reading it keeps the sandbox awake.',
            plainText(uri.path),
          ),
      ...(isTrusted
        ? []
        : [l10n.t('The workspace is not trusted, so this is asked each time it is opened.')]),
    ];
    const isAllowed = await this.confirm(await this.questionAbout(ids), detail.join('\n\n'));
    await this.memory.keep(ids, isAllowed, isTrusted);
  }

  private async questionAbout(ids: readonly string[]): Promise<string> {
    const { store, connections } = this.app;
    // Without the list, nobody knows the names.
    if (store.current.status.kind === 'loading')
      await connections.current?.poller.refresh().catch(() => undefined);
    const names = ids.map(id => {
      const row = store.current.rows.get(id);
      return row ? rowName(row) : plainText(id, 60);
    });
    return l10n.t('Allow this workspace to read files of {0}?', listText(names));
  }

  private async confirm(question: string, detail: string): Promise<boolean> {
    try {
      return await confirmModal(question, detail, l10n.t('Allow'));
    } catch (error) {
      // A window that shows no dialogs cannot ask.
      this.app.log.warn(`The question about files of a sandbox could not be shown: ${String(error)}`);
      return false;
    }
  }
}

/** The folders of the workspace that lie in sandboxes. */
function foldersOfSandboxes(): readonly Uri[] {
  return (workspace.workspaceFolders ?? [])
    .map(({ uri }) => uri)
    .filter(({ scheme }) => scheme === fileScheme);
}
