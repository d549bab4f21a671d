import { l10n } from 'vscode';
import { ageOf } from '../core/kernel/elapsed';
import type { Estimate, Rates } from '../core/billing/rates';
import type { RunningTime } from '../core/billing/runningTime';
import { plainText, shortSpan } from './kit/units';

/** What something costs an hour: `$0.29/h`, `at least $0.29/h`. */
export function hourly({ perHour, isPartial }: Estimate, { currency }: Rates): string {
  const amount = money(perHour, currency);
  return isPartial ? l10n.t('at least {0}/h', amount) : l10n.t('{0}/h', amount);
}

/** How long a sandbox has been running: `3 h`, or `up to 3 h`. */
export function runningFor({ sinceMs, isExact }: RunningTime, nowMs: number): string {
  const span = shortSpan(ageOf(sinceMs, nowMs));
  return isExact ? span : l10n.t('up to {0}', span);
}

const formats = new Map<string, Intl.NumberFormat>();

function money(amount: number, currency: string): string {
  const known = formats.get(currency) ?? formatOf(currency);
  formats.set(currency, known);
  const isCurrency = known.resolvedOptions().style === 'currency';
  return isCurrency ? known.format(amount) : `${known.format(amount)} ${plainText(currency)}`;
}

/** A sandbox costs a few cents an hour, so that two digits would not tell one from the next. */
function formatOf(currency: string): Intl.NumberFormat {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return /^[A-Za-z]{3}$/.test(currency)
    ? new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits })
    : new Intl.NumberFormat(undefined, digits);
}
