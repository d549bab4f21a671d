import { type Billing, parseRates } from '../../core/billing/rates';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import { onDidChangeSettings, readSetting } from '../editor/settings';

/** The settings that estimates and limits are made from. */
export class BillingStore implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly emitter = this.disposables.add(new Emitter<Billing>());
  readonly onDidChange: EventLike<Billing> = this.emitter.event;
  private billing = read();

  constructor() {
    const keys = ['tensorlake.longRunningHours', 'tensorlake.plan.slots', 'tensorlake.rates'] as const;
    this.disposables.add(
      onDidChangeSettings(keys, () => {
        this.billing = read();
        this.emitter.fire(this.billing);
      }),
    );
  }

  get current(): Billing {
    return this.billing;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

function read(): Billing {
  return {
    longRunningHours: Math.max(0, readSetting('tensorlake.longRunningHours')),
    planSlots: Math.max(0, Math.floor(readSetting('tensorlake.plan.slots'))),
    rates: parseRates(readSetting('tensorlake.rates')),
  };
}
