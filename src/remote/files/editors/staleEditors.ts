import { window, type Uri } from 'vscode';
import type { RemoteStat } from '../../../core/files/remoteEntry';
import type { Clock } from '../../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';
import { parseFileUri } from '../../../host/editor/documents/documentUris';
import { shownInTabs, urisOfTab } from '../../../host/editor/documents/openTabs';
import type { FileChange } from '../fileChanges';
import type { Files } from '../files';
import { Pace } from '../model/pace';

/** How often the open files of one sandbox are looked at, at most, in milliseconds; a refresh by the user excepted. */
const paceMs = 60_000;
/** How many files of a sandbox are looked at. */
const mostFiles = 100;

type Known = Pick<RemoteStat, 'size' | 'modifiedAtMs'>;

export interface StaleEditorsParts {
  readonly files: Files;
  readonly clock: Pick<Clock, 'elapsed'>;
  /** The state in which a file was last read or written here; undefined for one that was not. */
  readonly knownOf: (uri: Uri) => Known | undefined;
  /** Tells the editor. */
  readonly tell: (changes: readonly FileChange[]) => void;
}

/**
 * Notices that open files were changed in their sandbox, which nothing reports. They are looked at when one of them
 * becomes the active editor, and when the user refreshes files: the one thing that goes through the sandbox proxy without
 * being asked for. It never wakes a sandbox, and never happens while the user does nothing.
 */
export class StaleEditors implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly pace: Pace;
  /** What the editor was told of a file; undefined says that it is gone. */
  private readonly told = new Map<string, Known | undefined>();
  private active = '';
  /** What tabs showed when the active one changed last. */
  private shown: ReadonlySet<string> = new Set();

  constructor(private readonly parts: StaleEditorsParts) {
    this.pace = new Pace(paceMs, parts.clock);
    this.disposables.add(window.tabGroups.onDidChangeTabs(() => this.activated()));
    this.disposables.add(window.tabGroups.onDidChangeTabGroups(() => this.activated()));
    this.disposables.add(parts.files.looks.event(sandboxId => void this.look(sandboxId)));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private activated(): void {
    const { activeTab } = window.tabGroups.activeTabGroup;
    const uris = activeTab ? urisOfTab(activeTab) : [];
    const active = uris.join(' ');
    if (active === this.active) return;
    this.active = active;
    // The editor reads a file itself when it opens it.
    const isNew = uris.every(uri => !this.shown.has(uri.toString()));
    this.shown = new Set(shownInTabs().map(uri => uri.toString()));
    if (isNew) return;
    for (const id of new Set(uris.flatMap(uri => parseFileUri(uri)?.sandboxId ?? [])))
      if (this.pace.isDue(id)) void this.look(id);
  }

  private async look(sandboxId: string): Promise<void> {
    const { files, knownOf, tell } = this.parts;
    const shown = new Map(shownInTabs().map(uri => [uri.toString(), uri]));
    const open = [...shown.values()]
      .flatMap(uri => {
        const parsed = parseFileUri(uri);
        const known = parsed?.sandboxId === sandboxId ? knownOf(uri) : undefined;
        return parsed && known ? [{ uri, path: parsed.path, known }] : [];
      })
      .slice(0, mostFiles);
    if (open.length === 0) return;
    this.pace.note(sandboxId);
    try {
      const remote = await files.surelyRunning(sandboxId);
      const signal = await files.sessionSignal();
      const stats = await remote.statAll(
        open.map(({ path }) => path),
        signal,
      );
      const changes = open.flatMap(({ uri, path, known }, at): readonly FileChange[] => {
        const found = stats[at];
        // It was read or saved meanwhile, or nobody can tell.
        if (found === undefined || knownOf(uri) !== known) return [];
        const kind = this.changeOf(uri.toString(), known, found === 'missing' ? undefined : found);
        return kind ? [{ sandboxId, path, kind }] : [];
      });
      if (changes.length > 0) tell(changes);
    } catch {
      // It does not run, or cannot be reached; nobody asked.
    }
  }

  private changeOf(key: string, known: Known, found: Known | undefined): FileChange['kind'] | undefined {
    const before = this.told.has(key) ? this.told.get(key) : known;
    if (isSame(before, found)) return undefined;
    if (isSame(known, found)) this.told.delete(key);
    else this.told.set(key, found);
    if (!found) return 'deleted';
    return before ? 'changed' : 'created';
  }
}

function isSame(a: Known | undefined, b: Known | undefined): boolean {
  return a?.size === b?.size && a?.modifiedAtMs === b?.modifiedAtMs;
}
