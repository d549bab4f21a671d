import type { AppContext } from '../../app/appContext';
import { reach, resolveReachable } from '../../app/reach';
import type { ChildNode } from '../../app/childNodes';
import { parentPath } from '../../core/files/remotePath';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { Connection } from '../../host/session/connection';
import { rowName } from '../../text/sandbox/rowText';
import type { FileChange } from './fileChanges';
import { FileError } from './fileError';
import { FilesRoot } from './fileNodes';
import { targetOf } from './fileTargets';
import { RemoteFiles } from './remoteFiles';

/** A folder that something is put into. */
export interface Destination {
  readonly sandboxId: string;
  /** What the sandbox is called. */
  readonly name: string;
  readonly path: string;
  readonly remote: RemoteFiles;
}

/** The files of sandboxes, which the tree, the file system of the editor and the commands share. */
export class Files implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private opened: { readonly by: Connection; readonly sandboxes: Map<string, RemoteFiles> } | undefined;
  /** Changes that this window made. */
  readonly changes = this.disposables.add(new Emitter<readonly FileChange[]>());
  /** Nodes of the tree that somebody wants read again. */
  readonly refreshes = this.disposables.add(new Emitter<ChildNode>());

  constructor(private readonly app: AppContext) {
    this.disposables.add(
      app.store.onDidChange(({ current }) => {
        if (this.opened?.by !== app.connections.current) this.opened = undefined;
        for (const id of this.opened?.sandboxes.keys() ?? [])
          if (!current.rows.has(id)) this.opened?.sandboxes.delete(id);
      }),
    );
  }

  /**
   * The files of a sandbox that runs for certain: asks the control plane when that is not known from just now, since a
   * request to a suspended one would wake it.
   *
   * @throws FileError of `unavailable` when it does not run
   */
  async running(sandboxId: string): Promise<RemoteFiles> {
    const files = this.of(await this.app.connections.require(), sandboxId);
    await files.requireRunning();
    return files;
  }

  /** The files of a sandbox, for something the user asked for: offers to resume it. Undefined when they do not want that. */
  async reach(sandboxId: string): Promise<RemoteFiles | undefined> {
    try {
      return await this.running(sandboxId);
    } catch (error) {
      const row = this.app.store.current.rows.get(sandboxId);
      if (!FileError.is(error, 'unavailable') || !row || !isCapableOf(row.sandbox, ['canWake'])) throw error;
      const reached = await reach(this.app, row);
      return reached && this.of(reached.connection, sandboxId);
    }
  }

  /** Offers to resume what is suspended of the sandboxes of files that the editor is to open; false when not wanted. */
  async reachAll(targets: readonly { readonly sandboxId: string }[]): Promise<boolean> {
    for (const sandboxId of new Set(targets.map(target => target.sandboxId)))
      if (!(await this.reach(sandboxId))) return false;
    return true;
  }

  /**
   * The folder a command is to put something into: the one it was called with, that of a file, the home folder of a
   * sandbox. Offers to resume a suspended one.
   *
   * @param question asked where no sandbox was named
   * @returns undefined when the user backed out
   */
  async destination(args: readonly unknown[], question: () => string): Promise<Destination | undefined> {
    const [first] = args;
    const target = targetOf(first);
    const id = target?.sandboxId ?? (first instanceof FilesRoot ? first.sandboxId : undefined);
    const row = await resolveReachable(this.app, id === undefined ? args : [id], question);
    const remote = row && (await this.reach(row.sandbox.id));
    if (!row || !remote) return undefined;
    const signal = await this.sessionSignal();
    let path = target?.path ?? (await remote.home(signal)) ?? '/';
    if (target && !(target.isFolder ?? (await remote.stat(path, signal)).type === 'folder'))
      path = parentPath(path);
    return { sandboxId: row.sandbox.id, name: rowName(row), path, remote };
  }

  /** Ends with the session. @throws UserError when signed out */
  async sessionSignal(): Promise<AbortSignal> {
    return (await this.app.connections.require()).signal;
  }

  /** Tells the tree and the editor what was done. */
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
