import { l10n } from 'vscode';
import { type Attention, attentionKinds } from '../../core/list/attention';

/** How many sandboxes need a person for what. */
export type AttentionCounts = Readonly<Partial<Record<Attention, number>>>;

/** What needs a person, on the row itself; undefined where the row says it anyway. */
export function attentionMark(attention: Attention | undefined): string | undefined {
  switch (attention) {
    case 'ended':
      return l10n.t('ended unexpectedly');
    case 'stuck':
      return l10n.t('stuck');
    case 'exposed':
    case undefined:
      return undefined;
  }
}

/** What needs a person below a folded row: `1 public`, `2 stuck`. */
export function attentionParts(counts: AttentionCounts): readonly string[] {
  return attentionKinds.flatMap(kind => {
    const count = counts[kind] ?? 0;
    return count === 0 ? [] : [countText(kind, count)];
  });
}

function countText(kind: Attention, count: number): string {
  switch (kind) {
    case 'ended':
      return l10n.t('{0} ended unexpectedly', count);
    case 'stuck':
      return l10n.t('{0} stuck', count);
    case 'exposed':
      return l10n.t('{0} public', count);
  }
}

/** The number beside the icon of the view, and what it stands for; undefined for none. */
export function attentionBadge(
  counts: AttentionCounts,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = attentionKinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  if (value === 0) return undefined;
  return { value, tooltip: l10n.t('Sandboxes that need you: {0}', attentionParts(counts).join(', ')) };
}
