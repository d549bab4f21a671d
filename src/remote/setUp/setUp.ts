import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { reachRunning } from '../../app/reach';
import { joinPath } from '../../core/files/remotePath';
import { cancelledBy } from '../../core/kernel/errors';
import { inBackground } from '../../core/kernel/unexpected';
import type { Row } from '../../core/list/rows';
import type { PlannedRun } from '../../core/run/plannedRun';
import { isSuccess, type RunOutcome } from '../../core/run/remoteRun';
import { errorAny } from '../../host/editor/dialogs/messages';
import { startProgress } from '../../host/editor/dialogs/progress';
import { openSettings, readSetting } from '../../host/editor/settings';
import type { Connection } from '../../host/session/connection';
import { errorText, isCancellation } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { byteSize } from '../../text/kit/units';
import { stateWord } from '../../text/sandbox/stateText';
import type { RemoteServices } from '../services';
import { sendTree } from '../files/transfer/upload';
import { confirmSize, logNames, TransferMeter } from '../files/transfer/progress';
import { RunMany } from '../run/runMany';
import { RunTab } from '../run/runTab';
import { runLabel } from '../run/runs';
import { type LocalSetUp, readSetUp, SettingError } from './localSetUp';
import { atMost, inReadyGroups } from './model/readyGroups';
import { untilRunning } from './untilRunning';

/** Sandboxes that are copied to at once. */
const concurrency = 4;

/** The home folder where the sandbox does not name one. */
const usualHome = '/root';

/** How long sandboxes that are ready wait for others, so that one table shows them all, in milliseconds. */
const patienceMs = 5_000;

/** A sandbox in which nothing was run, and why. */
interface Unprepared {
  readonly id: string;
  readonly error: unknown;
}

/** A sandbox that has what is to be run. */
interface Prepared {
  readonly id: string;
  /** The folder that it was copied to. */
  readonly home: string;
}

/** Called when nothing more is done in a sandbox. @param isReached whether it came to run, as far as anybody knows */
type OnEnded = (id: string, isReached: boolean) => void;

/** Sets new sandboxes up with a script or folder of this machine, shows the output, and tells what failed. */
export class SetUp {
  constructor(
    private readonly app: AppContext,
    private readonly services: Pick<RemoteServices, 'files' | 'runs'>,
    private readonly connection: Connection,
  ) {}

  /**
   * Sets sandboxes up as the setting says now. Never rejects: it tells what failed, and does not wait for what the user
   * makes of that.
   *
   * @param onEnded not called where nothing was begun
   */
  async run(ids: readonly string[], onEnded: OnEnded = () => undefined): Promise<void> {
    const typed = readSetting('tensorlake.create.setUp').trim();
    if (typed === '' || ids.length === 0 || this.isOver) return;
    const progress = startProgress(this.title(ids), this.connection.signal);
    const { signal } = progress;
    try {
      const local = await readSetUp(typed, signal);
      const question = l10n.t('Set up with {0}, {1}?', plainText(local.name, 80), byteSize(local.tree.bytes));
      if (!(await confirmSize(local.tree.bytes, question, l10n.t('Set Up')))) return;
      const meter = new TransferMeter(local.tree.bytes * ids.length, progress);
      const inTurn = atMost(concurrency);
      const prepared = ids.map(async (id): Promise<Prepared | Unprepared> => {
        try {
          // One that waits for room keeps none of the others waiting.
          await untilRunning(this.app, this.connection, id, signal);
          return { id, home: await inTurn(() => this.copy(id, local, meter, signal)) };
        } catch (error) {
          return { id, error };
        }
      });
      void Promise.all(prepared).then(() => progress.done());
      await inReadyGroups(prepared, this.app.clock, patienceMs, async group => {
        const unprepared = group.filter(each => 'error' in each);
        this.tellUnprepared(unprepared.filter(({ error }) => !isCancellation(error)));
        // What the user cancelled here is not to be set up; what they ended is not to be reached.
        for (const { id, error } of unprepared) onEnded(id, signal.aborted && isCancellation(error));
        const ready = group.filter(each => 'home' in each);
        await this.runInAll(ready, local);
        for (const { id } of ready) onEnded(id, true);
      });
    } catch (error) {
      if (!isCancellation(error)) this.tell(error, ids);
    } finally {
      progress.done();
    }
  }

  /** Whether the user has left the account that the sandboxes belong to. */
  private get isOver(): boolean {
    return this.app.connections.current !== this.connection;
  }

  /** Copies what is run, and returns the folder that it is in. */
  private async copy(
    id: string,
    { tree }: LocalSetUp,
    meter: TransferMeter,
    signal: AbortSignal,
  ): Promise<string> {
    if (signal.aborted) throw cancelledBy(signal);
    const { files } = this.services;
    const remote = await files.running(id);
    const home = (await remote.home(signal)) ?? usualHome;
    await sendTree(remote, home, tree, meter, signal);
    files.changed(
      id,
      'created',
      ...tree.entries.slice(0, 1).map(({ header }) => joinPath(home, header.path)),
    );
    logNames(this.app, 'Left out of the set-up', tree.leftOut);
    return home;
  }

  private async runInAll(ready: readonly Prepared[], local: LocalSetUp): Promise<void> {
    try {
      // Sandboxes of one kind have the same home folder.
      const homes = [...new Set(ready.map(each => each.home))];
      const runs = homes.map(async home => {
        const there = ready.filter(each => each.home === home).map(({ id }) => id);
        await this.runIn(there, local.name, local.args(home));
      });
      await Promise.all(runs);
    } catch (error) {
      const ids = ready.map(({ id }) => id);
      if (!isCancellation(error)) this.tell(error, ids);
    }
  }

  private async runIn(ids: readonly string[], name: string, args: readonly string[]): Promise<void> {
    const rows = ids.map(id => this.app.store.current.rows.get(id)).filter(row => row !== undefined);
    const [first] = rows;
    if (!first || this.isOver) return;
    const line = plainText(name, 80);
    const parsed = { kind: 'shell', command: 'sh', args } as const;
    const plan: PlannedRun = { line, parsed, options: {}, request: { command: 'sh', args } };
    await (rows.length === 1 ? this.runInOne(first, plan) : this.runInMany(rows, plan));
  }

  private async runInOne(row: Row, plan: PlannedRun): Promise<void> {
    const { runs } = this.services;
    const { id } = row.sandbox;
    const reached = await reachRunning(this.connection, id);
    const tab = new RunTab(this.app, row, plan, reached, runs.spotted.watch(id), true);
    runs.add(tab, runLabel(this.nameOf(id), plan.line));
    const { outcome, sentence } = await tab.ended;
    if (outcome.kind === 'cancelled' || isSuccess(outcome)) return;
    const now = await this.restOf(id, outcome);
    this.offer(l10n.t('The set-up of {0} failed. {1}', this.nameOf(id), now ?? sentence), [id], () =>
      tab.show(),
    );
  }

  private async runInMany(rows: readonly Row[], plan: PlannedRun): Promise<void> {
    const { runs } = this.services;
    const many = await RunMany.start(this.app, runs, rows, plan, new Set(), true);
    runs.add(many, runLabel(l10n.t('{0} sandboxes', rows.length), plan.line));
    const results = await many.result;
    const failed = results.filter(({ outcome, exitCode }) => outcome !== 'cancelled' && exitCode !== 0);
    if (failed.length === 0) return;
    this.offer(
      l10n.t('The set-up failed in {0} of {1} sandboxes.', failed.length, rows.length),
      failed.map(({ sandboxId }) => sandboxId),
      () => many.show(),
    );
  }

  /** What a sandbox is now, where that explains why its output broke off. */
  private async restOf(id: string, outcome: RunOutcome): Promise<string | undefined> {
    if (outcome.kind === 'exited') return undefined;
    try {
      if ((await this.connection.running.get(id, 0)) !== undefined) return undefined;
    } catch {
      // Nobody can tell.
      return undefined;
    }
    const sandbox = this.app.store.current.rows.get(id)?.sandbox;
    return sandbox && l10n.t('It is now {0}.', stateWord(sandbox.state, sandbox.rawState));
  }

  private tellUnprepared(failed: readonly Unprepared[]): void {
    const [first] = failed;
    if (!first) return;
    const ids = failed.map(({ id }) => id);
    if (failed.length === 1) this.tell(first.error, ids);
    else {
      const reasons = failed.slice(0, 3).map(({ id, error }) => `${this.nameOf(id)}: ${errorText(error)}`);
      const title = l10n.t('{0} sandboxes were not set up.', failed.length);
      this.offer([title, ...reasons, ...(failed.length > 3 ? ['…'] : [])].join(' '), ids);
    }
  }

  private tell(error: unknown, ids: readonly string[]): void {
    const title = this.failureTitle(ids);
    const message = l10n.t('{0}: {1}', title, errorText(error));
    this.offer(message, ids, undefined, error instanceof SettingError);
  }

  /** Tells of a failure, and does what the user makes of it. */
  private offer(message: string, ids: readonly string[], showOutput?: () => void, isOfSetting = false): void {
    const [show, settings, again] = [l10n.t('Show Output'), l10n.t('Open Settings'), l10n.t('Try Again')];
    const buttons = [...(showOutput ? [show] : []), ...(isOfSetting ? [settings] : []), again];
    const answered = errorAny(message, buttons).then(async chosen => {
      if (chosen === show) showOutput?.();
      if (chosen === settings) {
        await openSettings('tensorlake.create.setUp');
        this.offer(message, ids);
      }
      if (chosen === again) await this.run(ids);
    });
    inBackground(answered);
  }

  private title([id = '', ...others]: readonly string[]): string {
    return others.length === 0
      ? l10n.t('Setting up {0}', this.nameOf(id))
      : l10n.t('Setting up {0} sandboxes', others.length + 1);
  }

  private failureTitle([id = '', ...others]: readonly string[]): string {
    return others.length === 0
      ? l10n.t('Could not set up {0}', this.nameOf(id))
      : l10n.t('Could not set up {0} sandboxes', others.length + 1);
  }

  private nameOf(id: string): string {
    return this.services.files.nameOf(id);
  }
}
