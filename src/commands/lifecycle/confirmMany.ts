import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { confirmLoss } from '../../app/confirm';
import { estimateOfSizes, type Billing } from '../../core/billing/rates';
import type { Row } from '../../core/list/rows';
import { hourly } from '../../text/billing';
import { describeRow, rowName } from '../../text/sandbox/rowText';

/** Asks before many sandboxes are suspended. @param leftOut how many of the group stay as they are */
export async function isSuspendConfirmed(
  { clock }: AppContext,
  rows: readonly Row[],
  leftOut: number,
): Promise<boolean> {
  const [first] = rows;
  const isOne = rows.length === 1;
  return await confirmLoss({
    question:
      first && isOne ? l10n.t('Suspend {0}?', rowName(first)) : l10n.t('Suspend {0} sandboxes?', rows.length),
    names: namesOf(rows, clock.now()),
    lost: [
      l10n.t(
        'They keep disk, memory and processes, and use no compute until they are resumed. Connections to them are cut.',
      ),
      leftOut === 0
        ? undefined
        : l10n.t('Left out, as they have no name or something is under way: {0}', leftOut),
    ],
    button: isOne ? l10n.t('Suspend') : l10n.t('Suspend {0} Sandboxes', rows.length),
  });
}

/** Asks before many sandboxes are resumed, which costs from then on. */
export async function isResumeConfirmed(
  { clock }: AppContext,
  { rates }: Billing,
  rows: readonly Row[],
): Promise<boolean> {
  const estimate =
    rates &&
    estimateOfSizes(
      rows.map(({ sandbox }) => sandbox.resources),
      rates,
    );
  return await confirmLoss({
    question: l10n.t('Resume {0} sandboxes?', rows.length),
    names: namesOf(rows, clock.now()),
    lost: [
      l10n.t('All of them wake, use compute and count against your plan until they are suspended again.'),
      rates && estimate ? l10n.t('Estimated cost by your rates: {0}', hourly(estimate, rates)) : undefined,
    ],
    button: l10n.t('Resume {0} Sandboxes', rows.length),
  });
}

function namesOf(rows: readonly Row[], nowMs: number): readonly string[] {
  return rows.map(row => `${rowName(row)}: ${describeRow(row, nowMs)}`);
}
