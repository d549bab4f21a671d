import { l10n } from 'vscode';
import { type PublicEnd, publicAccessState } from '../../core/publicAccess/publicAccess';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { listText } from '../kit/listText';
import { nearTime } from '../kit/units';

/** The exposed ports of a sandbox on its row: `port 8080 public until 14:30`. */
export function portsMark(sandbox: Sandbox, end: PublicEnd | undefined, nowMs: number): string {
  const ports = listText(sandbox.exposedPorts, 5);
  const isOne = sandbox.exposedPorts.length === 1;
  const access = publicAccessState(sandbox, end, nowMs);
  switch (access.kind) {
    case 'private':
      return isOne ? l10n.t('port {0}', ports) : l10n.t('ports {0}', ports);
    case 'open':
    case 'waiting':
      return isOne ? l10n.t('port {0} public', ports) : l10n.t('ports {0} public', ports);
    case 'ahead': {
      const time = nearTime(access.closesAtMs, nowMs);
      return isOne
        ? l10n.t('port {0} public until {1}', ports, time)
        : l10n.t('ports {0} public until {1}', ports, time);
    }
    case 'due':
      return isOne ? l10n.t('port {0} public, closing', ports) : l10n.t('ports {0} public, closing', ports);
    case 'failed':
      return isOne
        ? l10n.t('port {0} public, could not be closed', ports)
        : l10n.t('ports {0} public, could not be closed', ports);
  }
}
