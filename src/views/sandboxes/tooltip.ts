import type { MarkdownString } from 'vscode';
import type { Billing } from '../../core/billing/rates';
import type { Row } from '../../core/list/store';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { billFieldsOf } from '../../text/billing';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { fieldsOf } from '../../text/sandbox/sandboxFields';

/** Every fact about a sandbox, for whoever rests the mouse on its row. */
export function tooltipOf(
  row: Row,
  publicEnd: PublicEnd | undefined,
  billing: Billing,
  nowMs: number,
): MarkdownString {
  return untrusted(fieldTable([...fieldsOf(row.sandbox, publicEnd, nowMs), ...billFieldsOf(row, billing)]));
}
