import { l10n } from 'vscode';
import { type Billing, type Estimate, estimateOf, isCosting, type Rates } from '../core/billing/rates';
import { runningTime } from '../core/billing/runningTime';
import type { Row } from '../core/list/rows';
import type { Field } from './kit/markdown';
import { plainText } from './kit/plainText';
import { dateAndTime } from './kit/units';

/** What something costs an hour: `$0.29/h`, `at least $0.29/h`. */
export function hourly({ perHour, isPartial }: Estimate, { currency }: Rates): string {
  const amount = money(perHour, currency);
  return isPartial ? l10n.t('at least {0}/h', amount) : l10n.t('{0}/h', amount);
}

const formats = new Map<string, Intl.NumberFormat>();

function money(amount: number, currency: string): string {
  const known = formats.get(currency) ?? formatOf(currency);
  formats.set(currency, known);
  const isCurrency = known.resolvedOptions().style === 'currency';
  return isCurrency ? known.format(amount) : `${known.format(amount)} ${plainText(currency)}`;
}

/** Four digits, because a sandbox costs a few cents an hour. */
function formatOf(currency: string): Intl.NumberFormat {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return /^[A-Za-z]{3}$/.test(currency)
    ? new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits })
    : new Intl.NumberFormat(undefined, digits);
}

/** What a sandbox costs and since when; a cost only where the user entered rates. */
export function billFieldsOf(row: Row, { rates }: Billing): readonly Field[] {
  const time = runningTime(row);
  const { sandbox } = row;
  const fields: Field[] = [];
  if (time?.isExact) fields.push({ label: l10n.t('Running since'), value: dateAndTime(time.sinceMs) });
  if (rates && sandbox.state !== 'terminated') {
    const cost = hourly(estimateOf(sandbox.resources, rates), rates);
    fields.push({
      label: l10n.t('Estimated cost'),
      value: isCosting(sandbox) ? cost : l10n.t('{0} while it runs', cost),
    });
  }
  return fields;
}
