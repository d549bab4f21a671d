import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { Billing } from '../../core/billing/rates';
import { ableTo, type CleanUpAction, cleanUpActions } from '../../core/cleanUp/plan';
import { type LastTraffic, matchRule, parseRule } from '../../core/cleanUp/rule';
import type { Row } from '../../core/list/rows';
import { inform } from '../../host/editor/dialogs/messages';
import { askMany, askPick, type PickItem } from '../../host/editor/dialogs/quickPick';
import {
  actionText,
  candidateDetail,
  candidateText,
  offeredRules,
  reachText,
  sandboxCount,
} from '../../text/cleanUp';
import { rowName } from '../../text/sandbox/rowText';

/** What is known beside the list when it is asked what to clean up. */
export interface Known {
  readonly trafficOf: (row: Row) => LastTraffic;
  /** Ids of the sandboxes of which this window shows something. */
  readonly inUse: ReadonlySet<string>;
  readonly billing: Billing;
}

/** The sandboxes that a rule named, the oldest first. */
interface Matched {
  readonly rows: readonly Row[];
  /** Whether they are ticked at first: not those of a rule that names everything. */
  readonly areTicked: boolean;
}

/** What was typed instead of a rule. */
type RuleAnswer = Matched | { readonly badWord: string };

/** Asks which sandboxes. @returns undefined when the user backed out, or nothing matched, which is said */
export async function askRule(context: AppContext, known: Known): Promise<Matched | undefined> {
  const { rows } = context.store.current;
  const nowMs = context.clock.now();
  const match = (text: string): RuleAnswer => {
    const parsed = parseRule(text);
    if (parsed.kind === 'badSpan') return { badWord: parsed.word };
    const matched = matchRule(rows.values(), parsed.rule, nowMs, known.trafficOf);
    return { rows: [...matched].sort(byAge), areTicked: text.trim() !== '' };
  };
  const items = offeredRules().map(({ text, label }): PickItem<RuleAnswer> => {
    const answer = match(text);
    return { label, description: describe(answer), answer };
  });
  const answer = await askPick<RuleAnswer>({
    title: l10n.t('Clean Up Sandboxes'),
    placeholder: l10n.t(
      'Choose, or type words that must all match: state:running name:tmp-* older:7d idle:12h',
    ),
    items,
    typed: text => {
      const typed = match(text);
      return 'badWord' in typed
        ? {
            label: l10n.t('"{0}" needs a time, such as older:7d or idle:12h', typed.badWord),
            answer: typed,
            isOnly: true,
          }
        : { label: l10n.t('Those that match "{0}"', text), description: describe(typed), answer: typed };
    },
  });
  if (answer.kind !== 'value') return undefined;
  if ('badWord' in answer.value) {
    inform(
      l10n.t('"{0}" needs a time, such as older:7d or idle:12h. Nothing was done.', answer.value.badWord),
    );
    return undefined;
  }
  if (answer.value.rows.length > 0) return answer.value;
  inform(l10n.t('No sandbox matches. Nothing was done.'));
  return undefined;
}

function describe(answer: RuleAnswer): string {
  return 'badWord' in answer ? '' : sandboxCount(answer.rows.length);
}

function byAge(a: Row, b: Row): number {
  return (a.sandbox.createdAtMs ?? Infinity) - (b.sandbox.createdAtMs ?? Infinity);
}

/** Shows what was named, with what each frees; what is in use is not ticked. @returns those that stayed ticked */
export async function askWhich(
  { clock }: AppContext,
  { rows, areTicked }: Matched,
  { trafficOf, inUse, billing }: Known,
): Promise<readonly Row[]> {
  const nowMs = clock.now();
  const answer = await askMany({
    title: l10n.t('Clean Up: {0}', sandboxCount(rows.length)),
    placeholder: l10n.t('Tick what is to be cleaned up'),
    items: rows.map(row => {
      const isInUse = inUse.has(row.sandbox.id);
      return {
        label: rowName(row),
        description: candidateText(row, nowMs),
        detail: candidateDetail(row, billing, trafficOf(row), isInUse, nowMs),
        picked: areTicked && !isInUse,
        answer: row,
      };
    }),
  });
  return answer.kind === 'value' ? answer.value : [];
}

/** Asks what to do to them; offers what can be done to one of them at least. */
export async function askAction(
  rows: readonly Row[],
  { billing }: Known,
): Promise<{ readonly action: CleanUpAction; readonly rows: readonly Row[] } | undefined> {
  const items = cleanUpActions.flatMap(action => {
    const able = ableTo(rows, action);
    if (able.length === 0) return [];
    const description = reachText(
      able.map(each => each.sandbox),
      rows.length,
      billing,
    );
    return [{ ...actionText(action), description, answer: { action, rows: able } }];
  });
  const answer = await askPick({
    title: l10n.t('Clean Up: {0}', sandboxCount(rows.length)),
    placeholder: l10n.t('Do what? Those that it cannot be done to are left as they are.'),
    items,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
