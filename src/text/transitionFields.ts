import { l10n } from 'vscode';
import type { ObservedTransition } from '../core/activity/activityLog';
import { causeText, transitionText } from './activity';
import { dateAndTime, plainText } from './kit/units';
import type { Field } from './sandbox/sandboxFields';

/** A change of state in full. */
export function transitionFields(entry: ObservedTransition): readonly Field[] {
  const { name, sandboxId, atMs, cause, to } = entry;
  return [
    { label: l10n.t('Name'), value: plainText(name ?? l10n.t('none (ephemeral)')) },
    { label: l10n.t('Id'), value: plainText(sandboxId) },
    { label: l10n.t('State'), value: transitionText(entry) },
    { label: l10n.t('Because'), value: causeText(cause, to) ?? l10n.t('unknown') },
    { label: l10n.t('Seen'), value: dateAndTime(atMs) },
  ];
}
