import type { Memento } from 'vscode';
import type { DisposableLike } from '../core/disposable';
import { Emitter, type EventLike } from '../core/event';

/** What the user chose to see in the view Sandboxes. */
export interface ViewOptions {
  readonly filterText: string;
  readonly isHistoryShown: boolean;
}

const filterKey = 'tensorlake.filterText';

/** Owns the view's options. The filter is kept for the workspace, a shown history for the window. */
export class ViewOptionsStore implements DisposableLike {
  private readonly emitter = new Emitter<ViewOptions>();
  readonly onDidChange: EventLike<ViewOptions> = this.emitter.event;
  private options: ViewOptions;

  constructor(private readonly memento: Memento) {
    const kept: unknown = memento.get(filterKey);
    this.options = { filterText: typeof kept === 'string' ? kept : '', isHistoryShown: false };
  }

  get current(): ViewOptions {
    return this.options;
  }

  /** Shows a filter without keeping it, as while it is being typed. */
  preview(filterText: string): void {
    this.replace({ ...this.options, filterText });
  }

  async setFilter(filterText: string): Promise<void> {
    this.replace({ ...this.options, filterText });
    await this.memento.update(filterKey, filterText === '' ? undefined : filterText);
  }

  setHistoryShown(isHistoryShown: boolean): void {
    this.replace({ ...this.options, isHistoryShown });
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private replace(options: ViewOptions): void {
    const { filterText, isHistoryShown } = this.options;
    if (options.filterText === filterText && options.isHistoryShown === isHistoryShown) return;
    this.options = options;
    this.emitter.fire(options);
  }
}
