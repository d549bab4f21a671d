import type { CommandContext } from '../../commands/commandContext';
import { isCapableOf } from '../../core/capabilities';
import { Emitter } from '../../core/event';
import type { Connection } from '../../host/connection';
import type { Reached } from '../reach';
import { FileError } from './fileError';
import type { FileNode, FilesRoot } from './fileNodes';
import { RemoteFiles } from './remoteFiles';

/** What this window did to a file. */
export interface FileChange {
  readonly sandboxId: string;
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** How long it is believed that a sandbox runs, after the control plane said so. */
const believedMs = 15_000;

interface Known {
  readonly connection: Connection;
  readonly url: string | undefined;
  readonly files: RemoteFiles;
  confirmedAtMs: number;
}

/** What the faces of files share: the tree, the file system of the editor and the commands. */
export class FilesContext {
  private readonly known = new Map<string, Known>();
  /** Changes that this window made. */
  readonly changes = new Emitter<readonly FileChange[]>();
  /** Lines of the tree that somebody wants read again. */
  readonly refreshes = new Emitter<FileNode | FilesRoot>();

  constructor(readonly context: CommandContext) {}

  /**
   * The files of a sandbox that runs for certain: asks the control plane when that is not known from just now, since a
   * request to a suspended one would wake it.
   *
   * @throws FileError of `unavailable` when it does not run
   */
  async running(sandboxId: string): Promise<RemoteFiles> {
    const { connections, store, clock } = this.context;
    const connection = await connections.require();
    const known = this.known.get(sandboxId);
    const row = store.current.rows.get(sandboxId);
    const isRecent =
      known?.connection === connection &&
      clock.now() - known.confirmedAtMs < believedMs &&
      row !== undefined &&
      isCapableOf(row.sandbox, ['canConnect']);
    if (isRecent) return known.files;
    const sandbox = await connection.control.get(sandboxId, connection.signal);
    if (connections.current === connection) connection.poller.learn([sandbox]);
    if (!isCapableOf(sandbox, ['canConnect'])) throw new FileError('unavailable', '');
    const client = await connection.inside(sandbox);
    return this.keep({ sandbox, client, connection });
  }

  /** The files of a sandbox that was just reached. */
  keep({ sandbox, client, connection }: Reached): RemoteFiles {
    const before = this.known.get(sandbox.id);
    const isSame = before?.connection === connection && before.url === sandbox.sandboxUrl;
    const files = isSame ? before.files : new RemoteFiles(client);
    this.known.set(sandbox.id, {
      connection,
      url: sandbox.sandboxUrl,
      files,
      confirmedAtMs: this.context.clock.now(),
    });
    return files;
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
