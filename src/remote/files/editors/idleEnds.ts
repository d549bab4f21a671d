import { commands, l10n, window } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { type IdleEnd, idleEndOf } from '../../../core/activity/idleEnd';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';
import { inBackground } from '../../../core/kernel/unexpected';
import type { Sandbox } from '../../../core/sandbox/sandbox';
import { warnAny } from '../../../host/editor/dialogs/messages';
import { sandboxesOfOpenFiles } from '../../../host/editor/documents/openFiles';
import { commandIds } from '../../../manifest';
import { nearTime } from '../../../text/kit/units';
import { rowName } from '../../../text/sandbox/rowText';

export interface IdleEndsOptions {
  /** The latest traffic to a sandbox that is known, in milliseconds since the Unix epoch. */
  readonly lastTraffic: (sandbox: Sandbox) => number;
  /** Ids of the sandboxes that an open connection of this window keeps from ending. */
  readonly held: () => readonly string[];
}

/**
 * Warns before an ephemeral sandbox ends of which a file is open: an editor sends nothing to it while nobody looks at the
 * file. Where nothing puts the end off, it also warns of one that a terminal or a forward is open to. Asks the service for
 * nothing.
 */
export class IdleEnds implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private timer: DisposableLike | undefined;
  /** The ends that were told, by sandbox: what is used in between is told again. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly app: Pick<AppContext, 'store' | 'clock'>,
    private readonly options: IdleEndsOptions,
  ) {
    this.disposables.add(app.store.onDidChange(() => this.check()));
    this.disposables.add(window.tabGroups.onDidChangeTabs(() => this.check()));
    this.disposables.add({ dispose: () => this.timer?.dispose() });
    this.check();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private check(): void {
    this.timer?.dispose();
    const { clock } = this.app;
    const nowMs = clock.now();
    const ends = this.ends().filter(({ sandbox, end }) => end.atMs > nowMs && !this.isTold(sandbox, end));
    for (const { sandbox, end } of ends)
      if (end.tellAtMs <= nowMs) {
        this.told.set(sandbox.id, end.atMs);
        inBackground(tell(sandbox, end, nowMs));
      }
    const next = Math.min(...ends.map(({ end }) => end.tellAtMs).filter(ms => ms > nowMs));
    if (Number.isFinite(next)) this.timer = clock.after(next - nowMs, () => this.check());
  }

  private isTold({ id }: Sandbox, { atMs }: IdleEnd): boolean {
    return this.told.get(id) === atMs;
  }

  private ends(): readonly { readonly sandbox: Sandbox; readonly end: IdleEnd }[] {
    const { rows } = this.app.store.current;
    const held = new Set(this.options.held());
    return [...new Set([...sandboxesOfOpenFiles(), ...held])].flatMap(id => {
      const sandbox = rows.get(id)?.sandbox;
      const end = sandbox && idleEndOf(sandbox, this.options.lastTraffic(sandbox));
      return sandbox && end && (end.isFixed || !held.has(id)) ? [{ sandbox, end }] : [];
    });
  }
}

async function tell(sandbox: Sandbox, { atMs, isFixed }: IdleEnd, nowMs: number): Promise<void> {
  const [name, snapshot] = [l10n.t('Name It…'), l10n.t('Create Snapshot…')];
  const what = [rowName({ sandbox }), nearTime(atMs, nowMs)] as const;
  const chosen = isFixed
    ? await warnAny(
        l10n.t('{0}, which is in use here, ends for good at {1}: its lifetime is over then.', ...what),
        [snapshot],
      )
    : await warnAny(
        l10n.t(
          '{0}, of which a file is open here, may end for good at {1}: nothing uses it. With a name it is suspended instead.',
          ...what,
        ),
        [name, snapshot],
      );
  if (chosen === name) await commands.executeCommand(commandIds.rename, sandbox.id);
  if (chosen === snapshot) await commands.executeCommand(commandIds.snapshot, sandbox.id);
}
