import { l10n } from 'vscode';
import type { EndpointProblem } from '../core/account/endpoint';

/** What is wrong with the setting `tensorlake.apiUrl`. */
export function endpointProblemText(problem: EndpointProblem): string {
  const setting = 'tensorlake.apiUrl';
  switch (problem) {
    case 'empty':
      return l10n.t('The setting {0} is empty.', setting);
    case 'notUrl':
      return l10n.t('The setting {0} is not a web address.', setting);
    case 'scheme':
      return l10n.t('The setting {0} must start with https://.', setting);
    case 'insecure':
      return l10n.t(
        'The setting {0} must start with https:// unless it is an address of this machine.',
        setting,
      );
    case 'credentials':
      return l10n.t('The setting {0} must not hold a user name or password.', setting);
    case 'query':
    case 'fragment':
      return l10n.t('The setting {0} must end before any ? or #.', setting);
  }
}
