import { l10n } from 'vscode';
import type { Billing } from '../../core/billing/rates';
import type { Row } from '../../core/list/rows';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { hasLifetime, isEphemeral, type NetworkPolicy, type Sandbox } from '../../core/sandbox/sandbox';
import { billFieldsOf } from '../billing';
import { listText } from '../kit/listText';
import { type Field, knownFields } from '../kit/markdown';
import {
  dateAndTime,
  idleSpan,
  lifetimeSpan,
  mebibytes,
  nearTime,
  sizeParts,
  timeoutSpan,
} from '../kit/units';
import { publicEndText } from '../publicAccess';
import { defaultImage, endWords, pendingReason } from './stateText';

/** How many facts the tooltip of a row has at most: what is on its row and page as well need not be read there. */
const mostAtAGlance = 6;

/** The few facts about a sandbox that are worth a look in passing, the most useful first. */
export function glanceFieldsOf(
  row: Row,
  publicEnd: PublicEnd | undefined,
  billing: Billing,
  nowMs: number,
): readonly Field[] {
  const { sandbox } = row;
  const { pendingReason: pending, timeoutSecs, exposedPorts, resources } = sandbox;
  const disk = resources.diskMb === undefined ? [] : [l10n.t('{0} disk', mebibytes(resources.diskMb))];
  const ports = exposedPorts.length === 0 ? [] : [portsText(sandbox), accessText(sandbox)];
  const facts = knownFields([
    [l10n.t('Pending because'), pending === undefined ? undefined : pendingReason(pending)],
    [l10n.t('Ended because'), endWords(sandbox)],
    [l10n.t('Error'), sandbox.errorDetails],
    [l10n.t('Exposed ports'), ports.filter(part => part !== undefined).join('; ')],
    [l10n.t('Public access ends'), publicEndText(sandbox, publicEnd, nowMs)],
  ]);
  const bill = billFieldsOf(row, billing).filter(({ label }) => label === l10n.t('Estimated cost'));
  const rest = knownFields([
    [
      timeoutTitle(sandbox),
      timeoutSecs === undefined || sandbox.state === 'terminated'
        ? undefined
        : hasLifetime(sandbox)
          ? lifetimeText(sandbox, nowMs)
          : timeoutText(timeoutSecs, isEphemeral(sandbox)),
    ],
    [l10n.t('Size'), [...sizeParts(resources), ...disk].join(', ')],
    [l10n.t('Image'), sandbox.image ?? defaultImage],
    [l10n.t('Terminated'), time(sandbox.terminatedAtMs)],
    [l10n.t('Created'), time(sandbox.createdAtMs)],
    [l10n.t('Id'), sandbox.id],
  ]);
  return [...facts, ...bill, ...rest].slice(0, mostAtAGlance);
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : dateAndTime(ms);
}

/** What the timeout of a sandbox is called. */
export function timeoutTitle(sandbox: Pick<Sandbox, 'server'>): string {
  return hasLifetime(sandbox) ? l10n.t('Lifetime') : l10n.t('Idle timeout');
}

/** A lifetime with its end: `10 min, until 15:02`. */
export function lifetimeText({ timeoutSecs = 0, createdAtMs }: Sandbox, nowMs: number): string {
  const span = lifetimeSpan(timeoutSecs);
  return timeoutSecs === 0 || createdAtMs === undefined
    ? span
    : l10n.t('{0}, until {1}', span, nearTime(createdAtMs + timeoutSecs * 1000, nowMs));
}

function timeoutText(seconds: number, ephemeral: boolean): string {
  if (seconds === 0) return idleSpan(seconds);
  return ephemeral
    ? l10n.t('{0}, then it is terminated', timeoutSpan(seconds))
    : l10n.t('{0}, then it is suspended', timeoutSpan(seconds));
}

/** A network policy in one phrase. */
export function networkText(policy: NetworkPolicy | undefined): string {
  if (!policy) return l10n.t('unrestricted');
  const parts = [policy.allowInternetAccess ? l10n.t('internet allowed') : l10n.t('no internet')];
  if (policy.allowOut.length > 0) parts.push(l10n.t('only to {0}', listText(policy.allowOut)));
  if (policy.denyOut.length > 0) parts.push(l10n.t('never to {0}', listText(policy.denyOut)));
  return parts.join('; ');
}

function portsText({ exposedPorts, unreadPorts }: Sandbox): string | undefined {
  const ports = exposedPorts.length === 0 ? [] : [listText(exposedPorts)];
  const unread = unreadPorts === undefined ? [] : [l10n.t('some could not be read')];
  return [...ports, ...unread].join('; ');
}

function accessText({ exposedPorts, allowUnauthenticatedAccess }: Sandbox): string | undefined {
  if (allowUnauthenticatedAccess) return l10n.t('public: anyone with the address');
  return exposedPorts.length === 0 ? undefined : l10n.t('with a Tensorlake credential only');
}
