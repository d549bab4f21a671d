import type { CommandContext } from '../../app/appContext';
import { Emitter } from '../../core/kernel/event';
import type { Connection } from '../../host/session/connection';
import type { Reached } from '../../app/reach';
import type { FileNode, FilesRoot } from './fileNodes';
import { RemoteFiles } from './remoteFiles';
import { SandboxWay } from './sandboxWay';

/** What this window did to a file. */
export interface FileChange {
  readonly sandboxId: string;
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

interface Known {
  readonly way: SandboxWay;
  readonly files: RemoteFiles;
}

/** What the faces of files share: the tree, the file system of the editor and the commands. */
export class FilesContext {
  private known: { readonly of: Connection; readonly sandboxes: Map<string, Known> } | undefined;
  /** Changes that this window made. */
  readonly changes: Emitter<readonly FileChange[]>;
  /** Lines of the tree that somebody wants read again. */
  readonly refreshes: Emitter<FileNode | FilesRoot>;

  constructor(readonly context: CommandContext) {
    this.changes = context.own(new Emitter());
    this.refreshes = context.own(new Emitter());
    context.own(
      context.store.onDidChange(({ current }) => {
        if (this.known?.of !== context.connections.current) this.known = undefined;
        for (const id of this.known?.sandboxes.keys() ?? [])
          if (!current.rows.has(id)) this.known?.sandboxes.delete(id);
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
    const { way, files } = this.of(await this.context.connections.require(), sandboxId);
    await way.client();
    return files;
  }

  /** The files of a sandbox that was just reached. */
  keep(reached: Reached): RemoteFiles {
    const { way, files } = this.of(reached.connection, reached.sandbox.id);
    way.accept(reached);
    return files;
  }

  private of(connection: Connection, sandboxId: string): Known {
    if (this.known?.of !== connection) this.known = { of: connection, sandboxes: new Map() };
    const { sandboxes } = this.known;
    const known = sandboxes.get(sandboxId);
    if (known) return known;
    const way = new SandboxWay(this.context, connection, sandboxId);
    const made = { way, files: new RemoteFiles(way) };
    sandboxes.set(sandboxId, made);
    return made;
  }

  /** Ends with the session. @throws UserError when signed out */
  async sessionSignal(): Promise<AbortSignal> {
    return (await this.context.connections.require()).signal;
  }

  /** Tells the tree and the editor what was done. */
  changed(sandboxId: string, kind: FileChange['kind'], ...paths: readonly string[]): void {
    this.changes.fire(paths.map(path => ({ sandboxId, path, kind })));
  }
}

const contexts = new WeakMap<CommandContext, FilesContext>();

/** The one FilesContext of a window. */
export function filesContextOf(context: CommandContext): FilesContext {
  const known = contexts.get(context);
  if (known) return known;
  const made = new FilesContext(context);
  contexts.set(context, made);
  return made;
}
