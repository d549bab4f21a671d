import { homedir } from 'node:os';
import { env, ExtensionKind, Uri } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { agreesToHost, reach, resolveReachable } from '../../app/reach';
import type { ChildNode } from '../../app/nodes/childNodes';
import { parentPath } from '../../core/files/remotePath';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { isAbleTo } from '../../core/sandbox/capabilities';
import type { Connection } from '../../host/session/connection';
import { plainText } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import type { FileChange } from './fileChanges';
import { FileError } from './fileError';
import { FilesRoot } from './tree/fileNodes';
import { targetOf } from './tree/fileTargets';
import { startsOnOwnDisk } from './model/dialogStart';
import { RemoteFiles } from './remoteFiles';

/** A folder that a command writes to. */
export interface Destination {
  readonly sandboxId: string;
  /** Name of the sandbox. */
  readonly name: string;
  readonly path: string;
  readonly remote: RemoteFiles;
}

/** The files of sandboxes, shared by the tree, the file system and the commands. */
export class Files implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private opened: { readonly by: Connection; readonly sandboxes: Map<string, RemoteFiles> } | undefined;
  /** Changes that this window made. */
  readonly changes = this.disposables.add(new Emitter<readonly FileChange[]>());
  /** Nodes of the tree that must be read again. */
  readonly refreshes = this.disposables.add(new Emitter<ChildNode>());
  /** Ids of sandboxes whose open files are to be looked at. */
  readonly looks = this.disposables.add(new Emitter<string>());

  /** Where a dialog for files of this machine begins; undefined leaves it to the editor. */
  readonly dialogStart: Uri | undefined;

  constructor(
    private readonly app: AppContext,
    /** Where this extension runs. */
    extensionKind: ExtensionKind,
  ) {
    const place = { remoteName: env.remoteName, isExtensionLocal: extensionKind === ExtensionKind.UI };
    if (startsOnOwnDisk(place)) this.dialogStart = Uri.file(homedir());
    this.disposables.add(
      app.store.onDidChange(({ current }) => {
        if (this.opened?.by !== app.connections.current) this.opened = undefined;
        for (const id of this.opened?.sandboxes.keys() ?? [])
          if (!current.rows.has(id)) this.opened?.sandboxes.delete(id);
      }),
    );
  }

  /**
   * The files of a sandbox that is certainly running. Asks the control plane unless the state has just been read, since
   * a request to a suspended sandbox would resume it.
   *
   * @throws FileError of `unavailable` when it does not run
   */
  async running(sandboxId: string): Promise<RemoteFiles> {
    const files = this.of(await this.app.connections.require(), sandboxId);
    await files.requireRunning();
    return files;
  }

  /** Like `running`, but asks the control plane in any case: for what nobody asked for. */
  async surelyRunning(sandboxId: string): Promise<RemoteFiles> {
    const connection = await this.app.connections.require();
    connection.running.recheck(sandboxId);
    return await this.running(sandboxId);
  }

  /** The files of a sandbox, for an action of the user. Asks what `reach` asks; undefined when they decline. */
  async reach(sandboxId: string): Promise<RemoteFiles | undefined> {
    const connection = await this.app.connections.require();
    try {
      return await this.running(sandboxId).catch(async (error: unknown) =>
        (await agreesToHost(connection, error)) ? await this.running(sandboxId) : undefined,
      );
    } catch (error) {
      const row = this.app.store.current.rows.get(sandboxId);
      if (!FileError.is(error, 'unavailable') || !row || !isAbleTo(row, ['canWake'], false)) throw error;
      const reached = await reach(this.app, row);
      return reached && this.of(reached.connection, sandboxId);
    }
  }

  /** Offers to resume the suspended sandboxes of files that are about to be opened; false when the user declines. */
  async reachAll(targets: readonly { readonly sandboxId: string }[]): Promise<boolean> {
    for (const sandboxId of new Set(targets.map(target => target.sandboxId)))
      if (!(await this.reach(sandboxId))) return false;
    return true;
  }

  /**
   * The folder that a command writes to: the one it was called with, the folder of a file, or the home folder of a
   * sandbox. Offers to resume a suspended sandbox.
   *
   * @param named what the command was called with; the selected row if undefined
   * @param question asked when no sandbox was named
   * @returns undefined when the user backed out
   */
  async destination(named: unknown, question: () => string): Promise<Destination | undefined> {
    const first = named ?? this.app.view.selectedNodes()[0];
    const target = targetOf(first);
    const id = target?.sandboxId ?? (first instanceof FilesRoot ? first.sandboxId : named);
    const row = await resolveReachable(this.app, id === undefined ? [] : [id], question);
    const remote = row && (await this.reach(row.sandbox.id));
    if (!row || !remote) return undefined;
    const signal = await this.sessionSignal();
    let path = target?.path ?? (await remote.home(signal)) ?? '/';
    if (target && !(target.isFolder ?? (await remote.stat(path, signal)).type === 'folder'))
      path = parentPath(path);
    return { sandboxId: row.sandbox.id, name: rowName(row), path, remote };
  }

  /** A signal that is aborted when the session ends. @throws UserError when signed out */
  async sessionSignal(): Promise<AbortSignal> {
    return (await this.app.connections.require()).signal;
  }

  nameOf(sandboxId: string): string {
    const { rows, archive } = this.app.store.current;
    const row = rows.get(sandboxId) ?? archive.get(sandboxId);
    return row ? rowName(row) : plainText(sandboxId, 60);
  }

  /** Notifies the tree and the file system of a change. */
  changed(sandboxId: string, kind: FileChange['kind'], ...paths: readonly string[]): void {
    this.changes.fire(paths.map(path => ({ sandboxId, path, kind })));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private of(connection: Connection, sandboxId: string): RemoteFiles {
    if (this.opened?.by !== connection) this.opened = { by: connection, sandboxes: new Map() };
    const { sandboxes } = this.opened;
    const files = sandboxes.get(sandboxId) ?? new RemoteFiles(connection.running, sandboxId);
    sandboxes.set(sandboxId, files);
    return files;
  }
}
