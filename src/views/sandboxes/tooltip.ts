import { l10n, type MarkdownString } from 'vscode';
import type { Billing } from '../../core/billing/rates';
import type { Row } from '../../core/list/rows';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { isAbleTo } from '../../core/sandbox/capabilities';
import { commandIds } from '../../manifest';
import { commandLink, escapeMarkdown, fieldTable, trustedFor } from '../../text/kit/markdown';
import { separator } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { glanceFieldsOf } from '../../text/sandbox/sandboxFields';
import { stateWord } from '../../text/sandbox/stateText';

/** The commands that links of the tooltip run. Neither changes a sandbox, and one that is suspended is asked about. */
const linked = [commandIds.showDetails, commandIds.openTerminal];

/** What is worth knowing about a sandbox in passing, for whoever rests the mouse on its row. The page has all of it. */
export function tooltipOf(
  row: Row,
  publicEnd: PublicEnd | undefined,
  billing: Billing,
  nowMs: number,
): MarkdownString {
  const { sandbox } = row;
  const title = `**${escapeMarkdown(rowName(row))}**`;
  const state = escapeMarkdown(separator + stateWord(sandbox.state, sandbox.rawState));
  const links = [commandLink(l10n.t('Show Details'), commandIds.showDetails, sandbox.id)];
  if (isAbleTo(row, ['canConnect', 'canWake'], false))
    links.push(commandLink(l10n.t('Open Terminal'), commandIds.openTerminal, sandbox.id));
  return trustedFor(
    linked,
    [title + state, fieldTable(glanceFieldsOf(row, publicEnd, billing, nowMs)), links.join(separator)].join(
      '\n\n',
    ),
  );
}
