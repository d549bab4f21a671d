import type { Memento } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import { isJsonObject } from '../../core/kernel/formats/json';
import { livePins } from '../../core/list/order';
import type { SandboxStore } from '../../core/list/store';
import type { Session } from '../session/session';
import { accountKey } from './viewOptions';

const key = 'tensorlake.defaultSandboxes';

const none: ReadonlySet<string> = new Set();

/**
 * The sandboxes that commands take when none is named: one for each folder of the workspace and each account, stored with
 * the workspace. One that is gone for good is forgotten.
 */
export class DefaultSandboxes implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<ReadonlySet<string>>());
  /** Fires with the new `marked`. */
  readonly onDidChange: EventLike<ReadonlySet<string>> = this.emitter.event;
  private account: string | undefined;
  private byFolder: ReadonlyMap<string, string> = new Map();
  /** Ids of the defaults of all folders. */
  private ids = none;
  private markedIds = none;

  /**
   * @param folder the folder that the user works in now
   * @param onDidChangeFolder fires when that may be another
   */
  constructor(
    private readonly memento: Memento,
    private readonly folder: () => string,
    store: Pick<SandboxStore, 'onDidChange'>,
    onDidChangeFolder: EventLike<unknown>,
  ) {
    this.disposables.add(
      store.onDidChange(({ current }) => {
        const live = livePins(this.ids, current);
        if (live !== this.ids) inBackground(this.keep([...this.byFolder].filter(([, id]) => live.has(id))));
      }),
    );
    this.disposables.add(onDidChangeFolder(() => this.mark()));
  }

  /** The id of the default of the folder that the user works in, as a set that is the same until that is another. */
  get marked(): ReadonlySet<string> {
    return this.markedIds;
  }

  /** The id of the default of the folder that the user works in. */
  get here(): string | undefined {
    return this.byFolder.get(this.folder());
  }

  /** Sets the default of the folder that the user works in; without an id there is none. */
  async setHere(id: string | undefined): Promise<void> {
    const folder = this.folder();
    const others = [...this.byFolder].filter(([each]) => each !== folder);
    await this.keep(id === undefined ? others : [...others, [folder, id]]);
  }

  /** Changes to the defaults of an account; without one there are none. */
  useSession(session: Pick<Session, 'endpoint' | 'fingerprint'> | undefined): void {
    this.account = session && accountKey(session);
    this.show(this.account === undefined ? [] : this.kept(this.account));
  }

  /** Shows none. What was stored is removed by its owner. */
  reset(): void {
    this.show([]);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async keep(defaults: readonly (readonly [folder: string, id: string])[]): Promise<void> {
    if (this.account === undefined) return;
    this.show(defaults);
    const others = Object.entries(this.allKept()).filter(([account]) => account !== this.account);
    const all = defaults.length === 0 ? others : [...others, [this.account, Object.fromEntries(defaults)]];
    await this.memento.update(key, all.length === 0 ? undefined : Object.fromEntries(all));
  }

  private show(defaults: readonly (readonly [folder: string, id: string])[]): void {
    this.byFolder = new Map(defaults);
    this.ids = new Set(this.byFolder.values());
    this.mark();
  }

  private mark(): void {
    const { here } = this;
    const [marked] = this.markedIds;
    if (marked === here) return;
    this.markedIds = here === undefined ? none : new Set([here]);
    this.emitter.fire(this.markedIds);
  }

  private kept(account: string): readonly (readonly [folder: string, id: string])[] {
    const folders = this.allKept()[account];
    return Object.entries(isJsonObject(folders) ? folders : {}).flatMap(([folder, id]) =>
      typeof id === 'string' ? [[folder, id] as const] : [],
    );
  }

  private allKept(): Readonly<Record<string, unknown>> {
    const kept: unknown = this.memento.get(key);
    return isJsonObject(kept) ? kept : {};
  }
}
