import { l10n, window, type TreeView } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { ContextKeys } from '../../host/editor/contextKeys';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { viewIds } from '../../manifest';
import { isCancellation, UserError } from '../../text/kit/failureText';
import { plainText, separator } from '../../text/kit/plainText';
import { placeText } from '../../text/files';
import { FileError } from '../files/fileError';
import type { Files } from '../files/files';
import type { WorkspaceConsent } from '../files/workspaceConsent';
import { SearchOutput } from './model/searchOutput';
import { searchArgs, searchScript } from './model/searchScript';
import { SearchTree, type FoundNode, type SearchPlace } from './searchTree';

/** The most lines that are shown. */
const mostMatches = 2_000;
/** How long a search may take, in seconds. */
const longestSecs = 60;
/** How often the view shows what was found meanwhile, in milliseconds. */
const paceMs = 300;

export interface SearchParts {
  readonly app: AppContext;
  readonly files: Files;
  readonly consent: WorkspaceConsent;
  readonly keys: ContextKeys;
}

/** The search in files of a sandbox, and the view with its results, which is shown once there was one. */
export class Search implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly tree = this.disposables.add(new SearchTree());
  private view: TreeView<FoundNode> | undefined;
  private last: SearchPlace | undefined;
  private running: AbortController | undefined;

  constructor(private readonly parts: SearchParts) {}

  /** The last search; undefined once its results were cleared. */
  get lastPlace(): SearchPlace | undefined {
    return this.last;
  }

  /**
   * Searches, and shows what is found as it is found. Ends the search before.
   *
   * @throws UserError with what the program says, when it refuses the pattern
   */
  async run(place: SearchPlace): Promise<void> {
    const { files, keys } = this.parts;
    this.cancel();
    const abort = new AbortController();
    this.running = abort;
    this.last = place;
    const view = this.shownView();
    this.tree.begin(place);
    view.description = place.sandboxName;
    view.message = l10n.t('Searching in {0}…', placeText(place.folder, place.sandboxName));
    keys.set('tensorlake.searchShown', true);
    keys.set('tensorlake.searching', true);
    await tryEditorCommand(`${viewIds.search}.focus`);
    try {
      const session = await files.sessionSignal();
      const signal = AbortSignal.any([abort.signal, session]);
      const note = await withViewProgress(this.search(place, signal), viewIds.search);
      if (this.running === abort) view.message = this.summary(place, note);
    } catch (error) {
      if (this.running === abort)
        view.message = isCancellation(error)
          ? this.summary(place, [l10n.t('stopped before the end')])
          : l10n.t('The search failed.');
      if (!isCancellation(error)) throw error;
    } finally {
      if (this.running === abort) {
        this.running = undefined;
        keys.set('tensorlake.searching', false);
        this.tree.refresh();
      }
    }
  }

  /** Ends the search that is under way, if there is one. */
  cancel(): void {
    this.running?.abort();
  }

  /** Removes the results, and hides the view. */
  clear(): void {
    this.cancel();
    this.last = undefined;
    this.tree.begin(undefined);
    this.parts.keys.set('tensorlake.searchShown', false);
  }

  dispose(): void {
    this.cancel();
    this.disposables.dispose();
  }

  /** Returns what is to be said of the results. */
  private async search(place: SearchPlace, signal: AbortSignal): Promise<readonly string[]> {
    const { files, app } = this.parts;
    const remote = await files.running(place.sandboxId);
    const output = new SearchOutput(place.query);
    let isDue = false;
    const { exit, stderr } = await remote.stream(
      searchScript,
      searchArgs(place.folder, place.query, mostMatches + 2),
      place.folder,
      signal,
      longestSecs,
      line => {
        const match = output.read(line);
        if (!match || this.tree.matchCount >= mostMatches + 1) return;
        this.tree.add(match);
        if (isDue) return;
        isDue = true;
        app.clock.after(paceMs, () => {
          isDue = false;
          if (!signal.aborted) this.tree.refresh();
        });
      },
    );
    if (this.tree.matchCount === 0 && stderr !== '') throw new UserError(plainText(stderr, 400));
    if (output.tool === undefined && exit.exitCode !== 0)
      throw new FileError('other', place.folder, String(exit.exitCode ?? exit.signal ?? ''));
    return [
      ...(this.tree.matchCount > mostMatches ? [l10n.t('there are more')] : []),
      ...(exit.exitCode === undefined ? [l10n.t('stopped after {0} seconds', longestSecs)] : []),
      ...(output.tool === 'grep'
        ? [l10n.t('with the files that .gitignore names, as the sandbox has no ripgrep')]
        : []),
    ];
  }

  private summary({ query, folder, sandboxName }: SearchPlace, notes: readonly string[]): string {
    const { matchCount, fileCount } = this.tree;
    const count =
      matchCount === 0
        ? l10n.t('No results')
        : matchCount === 1
          ? l10n.t('1 result in 1 file')
          : fileCount === 1
            ? l10n.t('{0} results in 1 file', matchCount)
            : l10n.t('{0} results in {1} files', matchCount, fileCount);
    const head = [count, plainText(query.text, 80), placeText(folder, sandboxName)].join(separator);
    return [head, ...notes].join(separator);
  }

  private shownView(): TreeView<FoundNode> {
    if (this.view) return this.view;
    const view = this.disposables.add(
      window.createTreeView<FoundNode>(viewIds.search, {
        treeDataProvider: this.tree,
        showCollapseAll: true,
      }),
    );
    // Whoever selects a result opens its file.
    this.disposables.add(
      view.onDidChangeSelection(({ selection }) =>
        this.parts.consent.userOpens(...selection.map(node => this.tree.uriOf(node))),
      ),
    );
    this.view = view;
    return view;
  }
}
