import type { Clock } from '../../core/kernel/time/clock';
import { isDeepEqual } from '../../core/kernel/formats/json';
import type { DisposableLike } from '../../core/kernel/disposable';
import type { ApiErrorKind } from '../../core/kernel/errors';
import { Emitter, type EventLike } from '../../core/kernel/event';
import {
  claimOf,
  parseDeadlines,
  type PublicDeadline,
  type PublicEnd,
} from '../../core/publicAccess/publicAccess';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import type { Session } from '../session/session';
import type { SharedMementoLike } from './mementos/mementoLike';
import { accountLength } from './viewOptions';

/** Who is signed in, as far as deadlines depend on it. */
export type DeadlineSession = Pick<Session, 'endpoint' | 'fingerprint' | 'profile'>;

const key = 'tensorlake.publicDeadlines';

type PublicEnds = ReadonlyMap<string, PublicEnd>;

const none: PublicEnds = new Map();

/**
 * The times at which public access closes by itself, one for each sandbox of a service. All windows share them; changes
 * by other windows are seen by `reread`.
 */
export class PublicDeadlines implements DisposableLike {
  private readonly emitter = new Emitter<PublicEnds>();
  /** Fires with the new `ends`. */
  readonly onDidChange: EventLike<PublicEnds> = this.emitter.event;
  private kept: readonly PublicDeadline[] = [];
  private session: DeadlineSession | undefined;
  private endsNow: PublicEnds = none;

  constructor(
    private readonly memento: Pick<SharedMementoLike, 'get' | 'change'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.kept = this.read();
  }

  /** When public access ends, by the id of the sandbox, for the service in use. The same map until something in it changes. */
  get ends(): PublicEnds {
    return this.endsNow;
  }

  /** The deadlines of all accounts. */
  get all(): readonly PublicDeadline[] {
    return this.kept;
  }

  /** The deadlines of the account in use, and those of its profile from before its key was replaced. */
  mine(): readonly { readonly deadline: PublicDeadline; readonly claim: 'own' | 'profile' }[] {
    const account = this.session && accountOf(this.session);
    if (!account) return [];
    return this.kept.flatMap(deadline => {
      const claim = claimOf(deadline, account);
      return claim === 'other' ? [] : [{ deadline, claim }];
    });
  }

  /** Changes the account; without one `ends` is empty. */
  useSession(session: DeadlineSession | undefined): void {
    this.session = session;
    this.reread();
    this.show();
  }

  /** Reads what other windows changed. */
  reread(): void {
    const kept = this.read();
    if (isDeepEqual(kept, this.kept)) return;
    this.kept = kept;
    this.show();
  }

  /** Sets when public access of sandboxes closes; without a time it stays open. */
  async set(
    session: DeadlineSession,
    sandboxes: readonly Pick<Sandbox, 'id' | 'name'>[],
    closesAtMs: number | undefined,
  ): Promise<void> {
    const account = { ...accountOf(session), profileName: session.profile.name };
    const setAtMs = this.clock.now();
    const set = sandboxes.flatMap(sandbox =>
      closesAtMs === undefined
        ? []
        : [{ sandboxId: sandbox.id, name: displayName(sandbox), ...account, closesAtMs, setAtMs }],
    );
    await this.change(kept => [
      ...kept.filter(
        each => each.endpoint !== account.endpoint || !sandboxes.some(({ id }) => id === each.sandboxId),
      ),
      ...set,
    ]);
  }

  /** Forgets a deadline, unless it was changed meanwhile. */
  async forget(deadline: PublicDeadline): Promise<void> {
    await this.change(kept => kept.filter(each => !isSame(each, deadline)));
  }

  /** Forgets all deadlines, of all accounts. */
  async clear(): Promise<void> {
    await this.change(() => []);
  }

  /** Notes why public access could not be closed so far or, without a kind, that nothing is known to prevent it. */
  async setFailure(deadline: PublicDeadline, failure: ApiErrorKind | undefined): Promise<void> {
    await this.change(kept => kept.map(each => (isSame(each, deadline) ? withFailure(each, failure) : each)));
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private read(): readonly PublicDeadline[] {
    return parseDeadlines(this.memento.get(key));
  }

  /** @param change must have no effect when it is made again */
  private async change(
    change: (kept: readonly PublicDeadline[]) => readonly PublicDeadline[],
  ): Promise<void> {
    const stored = this.memento.change(key, current => {
      const after = change(parseDeadlines(current));
      return after.length === 0 ? undefined : after;
    });
    this.reread();
    try {
      await stored;
    } finally {
      this.reread();
    }
  }

  private show(): void {
    const ends = endsOf(this.kept, this.session);
    if (isDeepEqual([...ends], [...this.endsNow])) return;
    this.endsNow = ends;
    this.emitter.fire(ends);
  }
}

function endsOf(kept: readonly PublicDeadline[], session: DeadlineSession | undefined): PublicEnds {
  const account = session && accountOf(session);
  if (!account) return none;
  const ends = new Map<string, PublicEnd>();
  for (const deadline of kept) {
    if (deadline.endpoint !== account.endpoint) continue;
    const { sandboxId, closesAtMs, failure, profileName } = deadline;
    ends.set(sandboxId, {
      closesAtMs,
      ...(failure !== undefined && { failure }),
      ...(claimOf(deadline, account) === 'other' && { waitsFor: profileName }),
    });
  }
  return ends;
}

function accountOf({ endpoint, fingerprint, profile }: DeadlineSession) {
  return { endpoint: endpoint.text, account: fingerprint.slice(0, accountLength), profileId: profile.id };
}

function withFailure(deadline: PublicDeadline, failure: ApiErrorKind | undefined): PublicDeadline {
  const { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs, setAtMs } = deadline;
  const of = { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs };
  const known = setAtMs === undefined ? of : { ...of, setAtMs };
  return failure === undefined ? known : { ...known, failure };
}

function isSame(a: PublicDeadline, b: PublicDeadline): boolean {
  return a.sandboxId === b.sandboxId && a.endpoint === b.endpoint && a.closesAtMs === b.closesAtMs;
}
