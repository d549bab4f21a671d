import type { Memento } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import {
  parseSortOrder,
  plainArrangement,
  type Arrangement,
  type SortOrder,
  livePins,
} from '../../core/list/order';
import type { SandboxStore } from '../../core/list/store';
import type { Session } from '../session/session';

/** What the user chose to see in the view Sandboxes. */
export interface ViewOptions extends Arrangement {
  readonly filterText: string;
  readonly isHistoryShown: boolean;
}

const filterKey = 'tensorlake.filterText';
const sortKey = 'tensorlake.sort';
const pinsKey = 'tensorlake.pins';

/** How many characters of a fingerprint distinguish the accounts of a user. */
export const accountLength = 16;

/** What values of a workspace that belong to an account are stored under. */
export function accountKey({ endpoint, fingerprint }: Pick<Session, 'endpoint' | 'fingerprint'>): string {
  return `${endpoint.text}#${fingerprint.slice(0, accountLength)}`;
}

/**
 * The options of the view. Filter and order are stored for the workspace, pins for the workspace and the account;
 * whether the history is shown is not stored.
 */
export class ViewOptionsStore implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<ViewOptions>());
  readonly onDidChange: EventLike<ViewOptions> = this.emitter.event;
  private options: ViewOptions;
  private account: string | undefined;

  constructor(
    private readonly memento: Memento,
    store: SandboxStore,
  ) {
    const filterText: unknown = memento.get(filterKey);
    this.options = {
      ...plainArrangement,
      sort: parseSortOrder(memento.get(sortKey)) ?? plainArrangement.sort,
      filterText: typeof filterText === 'string' ? filterText : '',
      isHistoryShown: false,
    };
    this.disposables.add(
      store.onDidChange(({ current }) => inBackground(this.keepPins(livePins(this.options.pins, current)))),
    );
  }

  get current(): ViewOptions {
    return this.options;
  }

  /** Applies a filter without storing it, while it is being typed. */
  preview(filterText: string): void {
    this.replace({ filterText });
  }

  async setFilter(filterText: string): Promise<void> {
    this.replace({ filterText });
    await this.memento.update(filterKey, filterText === '' ? undefined : filterText);
  }

  async setSort(sort: SortOrder): Promise<void> {
    this.replace({ sort });
    await this.memento.update(sortKey, sort === plainArrangement.sort ? undefined : sort);
  }

  /** Shows all that there is, in the usual order. What was stored is removed by its owner. */
  reset(): void {
    this.replace({ ...plainArrangement, filterText: '', isHistoryShown: false });
  }

  setHistoryShown(isHistoryShown: boolean): void {
    this.replace({ isHistoryShown });
  }

  /** Changes to the pins of an account; without one there are none. */
  useSession(session: Pick<Session, 'endpoint' | 'fingerprint'> | undefined): void {
    this.account = session && accountKey(session);
    this.replace({ pins: this.account === undefined ? plainArrangement.pins : this.kept(this.account) });
  }

  async setPinned(ids: readonly string[], isPinned: boolean): Promise<void> {
    const pins = new Set(this.options.pins);
    for (const id of ids)
      if (isPinned) pins.add(id);
      else pins.delete(id);
    await this.keepPins(pins);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async keepPins(pins: ReadonlySet<string>): Promise<void> {
    if (pins === this.options.pins || this.account === undefined) return;
    this.replace({ pins });
    const others = [...this.allKept()].filter(([account]) => account !== this.account);
    const all = pins.size === 0 ? others : [...others, [this.account, [...pins]]];
    await this.memento.update(pinsKey, all.length === 0 ? undefined : Object.fromEntries(all));
  }

  private kept(account: string): ReadonlySet<string> {
    const ids = this.allKept().get(account);
    return new Set(Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : []);
  }

  private allKept(): ReadonlyMap<string, unknown> {
    const kept: unknown = this.memento.get(pinsKey);
    return new Map(typeof kept === 'object' && kept !== null ? Object.entries(kept) : []);
  }

  private replace(changed: Partial<ViewOptions>): void {
    const before = this.options;
    const next = { ...before, ...changed };
    if (
      next.filterText === before.filterText &&
      next.isHistoryShown === before.isHistoryShown &&
      next.sort === before.sort &&
      next.pins === before.pins
    )
      return;
    this.options = next;
    this.emitter.fire(next);
  }
}
