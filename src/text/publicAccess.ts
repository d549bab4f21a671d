import { l10n } from 'vscode';
import { type PublicEnd, publicAccessState } from '../core/publicAccess/publicAccess';
import { portUrl } from '../core/sandbox/portUrl';
import type { Sandbox } from '../core/sandbox/sandbox';
import { failureSentence } from './kit/failureText';
import { plainText } from './kit/plainText';
import { nearTime } from './kit/units';

/** Who reaches an exposed port, and for how long: `public until 14:30`. */
export function accessMark(sandbox: Sandbox, end: PublicEnd | undefined, nowMs: number): string {
  const access = publicAccessState(sandbox, end, nowMs);
  switch (access.kind) {
    case 'private':
      return l10n.t('private');
    case 'open':
    case 'waiting':
      return l10n.t('public');
    case 'ahead':
      return l10n.t('public until {0}', nearTime(access.closesAtMs, nowMs));
    case 'due':
      return l10n.t('public, closing');
    case 'failed':
      return l10n.t('public, could not be closed');
  }
}

/** When public access ends, and under which condition; undefined for a sandbox that is not public. */
export function publicEndText(
  sandbox: Sandbox,
  end: PublicEnd | undefined,
  nowMs: number,
): string | undefined {
  if (sandbox.state === 'terminated') return undefined;
  const access = publicAccessState(sandbox, end, nowMs);
  switch (access.kind) {
    case 'private':
      return undefined;
    case 'open':
      return l10n.t('never by itself');
    case 'waiting':
      return l10n.t(
        'at {0} if the profile "{1}" is in use then, else once it is',
        nearTime(access.closesAtMs, nowMs),
        plainText(access.profileName, 40),
      );
    case 'ahead':
      return l10n.t(
        'at {0} if an editor with this profile is open then, else once one is',
        nearTime(access.closesAtMs, nowMs),
      );
    case 'due':
      return l10n.t('due since {0}, being tried', nearTime(access.closesAtMs, nowMs));
    case 'failed':
      return l10n.t(
        'due since {0}, but it could not be closed: {1}',
        nearTime(access.closesAtMs, nowMs),
        failureSentence(access.failure),
      );
  }
}

/** What making a sandbox public with these ports means. @param sandbox absent before it is made */
export function openingText(sandbox: Sandbox | undefined, ports: readonly number[]): string {
  return ports.length === 0
    ? l10n.t(
        'No port is exposed, so nothing opens now. Every port that is exposed later will be open to anyone on the internet who has the address, without a credential.',
      )
    : publicPortLines(sandbox, ports);
}

/** What making ports public means, with a line for each port. */
export function publicPortLines(sandbox: Sandbox | undefined, ports: readonly number[]): string {
  const lines = ports.map(port => {
    const url = sandbox && portUrl(sandbox, port);
    return url === undefined ? l10n.t('Port {0}', port) : l10n.t('Port {0}: {1}', port, url);
  });
  return [
    lines.join('\n'),
    l10n.t(
      'Anyone on the internet who has the address gets in, without a credential. A request wakes the sandbox when it is suspended, and it then bills.',
    ),
  ].join('\n\n');
}
