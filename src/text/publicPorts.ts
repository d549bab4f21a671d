import { l10n } from 'vscode';
import { portUrl } from '../core/sandbox/exposedPorts';
import type { Sandbox } from '../core/sandbox/sandbox';

/** What becomes reachable by whom, one line for each port. */
export function publicPortLines(sandbox: Sandbox, ports: readonly number[]): string {
  const lines = ports.map(port => {
    const url = portUrl(sandbox, port);
    return url === undefined ? l10n.t('Port {0}', port) : l10n.t('Port {0}: {1}', port, url);
  });
  return [
    lines.join('\n'),
    l10n.t(
      'Anyone on the internet who has the address gets in, without a credential. A request wakes the sandbox when it is suspended, and it then bills.',
    ),
  ].join('\n\n');
}
