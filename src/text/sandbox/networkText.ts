import { l10n } from 'vscode';
import { networkEffect, type NetworkRule } from '../../core/sandbox/networkRules';
import type { NetworkPolicy } from '../../core/sandbox/sandbox';
import { plainText } from '../kit/plainText';

/** The effect of a policy, in one sentence. */
export function networkSentence(policy: NetworkPolicy | undefined): string {
  switch (networkEffect(policy)) {
    case 'open':
      return l10n.t('Everything can be reached.');
    case 'closed':
      return l10n.t('Nothing can be reached; names are not resolved either.');
    case 'only':
      return (policy?.denyOut.length ?? 0) > 0
        ? l10n.t('Only what is allowed can be reached, and nothing of what is denied.')
        : l10n.t('Only what is allowed can be reached.');
    case 'except':
      return l10n.t('Everything can be reached but what is denied.');
  }
}

/** One rule of a policy. */
export function networkRuleText(rule: NetworkRule): string {
  switch (rule.kind) {
    case 'unrestricted':
      return l10n.t('no policy: unrestricted');
    case 'internet':
      return rule.isAllowed ? l10n.t('internet allowed') : l10n.t('internet blocked');
    case 'allow':
      return l10n.t('allow {0}', plainText(rule.entry));
    case 'deny':
      return l10n.t('deny {0}', plainText(rule.entry));
  }
}
