import { l10n } from 'vscode';
import { estimateOf, isCosting } from '../core/billing/rates';
import { runningTime } from '../core/billing/runningTime';
import type { Row } from '../core/list/store';
import type { Billing } from '../host/storage/billingSettings';
import { hourly } from './billing';
import { dateAndTime } from './kit/units';
import type { Field } from './sandbox/sandboxFields';

/** What is known of the bill of a sandbox. Estimates are there only where the user entered rates. */
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
