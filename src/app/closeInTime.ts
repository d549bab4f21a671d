import { l10n } from 'vscode';
import type { Clock } from '../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import type { Connections } from '../host/session/connection';
import { warn } from '../host/editor/messages';
import type { PublicClosing, ClosingOptions } from './publicAccessCloser';
import type { Session, SessionStore } from '../host/session/session';
import { plainText } from '../text/kit/plainText';

export interface CloseInTimeOptions extends ClosingOptions {
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
}

/** Deadlines that another window has set are read at least this often. */
const rereadMs = 60_000;

/** Closes public access when its time is up. The code that does it is loaded with the first deadline. */
export class CloseInTime implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private session: Session | undefined;
  private ofSession = new DisposableStore();
  private closing: Promise<PublicClosing> | undefined;
  private timer: DisposableLike | undefined;

  constructor(private readonly options: CloseInTimeOptions) {
    const { sessions, publicDeadlines, store } = options;
    this.disposables.add(sessions.onDidChange(session => this.use(session)));
    this.disposables.add(publicDeadlines.onDidChange(() => this.check()));
    this.disposables.add(store.onDidChange(() => publicDeadlines.reread()));
  }

  dispose(): void {
    this.disposables.dispose();
    this.leave();
  }

  private use(session: Session | undefined): void {
    this.leave();
    this.warnOfOpenAccess(session);
    this.session = session;
    this.options.publicDeadlines.useSession(session);
    if (session) this.watch();
  }

  private leave(): void {
    this.timer?.dispose();
    this.ofSession.dispose();
    this.ofSession = new DisposableStore();
    this.closing = undefined;
  }

  private watch(): void {
    this.options.publicDeadlines.reread();
    this.check();
    this.timer = this.options.clock.after(rereadMs, () => this.watch());
  }

  private check(): void {
    if (!this.session || this.options.publicDeadlines.mine().length === 0) return;
    const closing = (this.closing ??= this.start(this.ofSession));
    closing.then(
      started => started.check(),
      () => {
        // Without a connection nothing can be closed; the next check tries again.
        if (this.closing === closing) this.closing = undefined;
      },
    );
  }

  private async start(owner: DisposableStore): Promise<PublicClosing> {
    const [{ PublicClosing: Closing }, connection] = await Promise.all([
      import('./publicAccessCloser'),
      this.options.connections.require(),
    ]);
    return owner.add(new Closing(this.options, connection));
  }

  /** Warns the user, as they leave a profile, of what no longer closes by itself. */
  private warnOfOpenAccess(next: Session | undefined): void {
    const { publicDeadlines, isInFront } = this.options;
    const before = this.session;
    const isSameProfile =
      next?.endpoint.text === before?.endpoint.text && next?.profile.id === before?.profile.id;
    const open = publicDeadlines.mine();
    if (!before || isSameProfile || open.length === 0 || !isInFront()) return;
    const profile = plainText(before.profile.name);
    const names = open.map(({ deadline }) => plainText(deadline.name, 40));
    warn(
      names.length === 1
        ? l10n.t(
            '{0} stays public until the profile "{1}" is used again: only then does it close by itself.',
            names.join(),
            profile,
          )
        : l10n.t(
            '{0} sandboxes stay public until the profile "{1}" is used again: only then do they close by themselves. {2}',
            names.length,
            profile,
            names.join(', '),
          ),
    );
  }
}
