import { l10n } from 'vscode';
import type { PublicEnd } from '../../core/publicAccess/publicAccess';
import { isEphemeral, type NetworkPolicy, type Sandbox } from '../../core/sandbox/sandbox';
import { listText } from '../kit/listText';
import { type Field, knownFields } from '../kit/markdown';
import { dateAndTime, idleSpan, mebibytes, sizeParts, timeoutSpan } from '../kit/units';
import { publicEndText } from '../publicAccess';
import { defaultImage, pendingReason, stateWord } from './stateText';

/**
 * Every field of SandboxInfo that has a value, in reading order (API reference section 2.3), and when public access
 * ends.
 */
export function fieldsOf(
  sandbox: Sandbox,
  publicEnd: PublicEnd | undefined,
  nowMs: number,
): readonly Field[] {
  const { resources, timeoutSecs } = sandbox;
  return knownFields([
    [l10n.t('Name'), sandbox.name ?? l10n.t('none (ephemeral)')],
    [l10n.t('Id'), sandbox.id],
    [l10n.t('State'), stateWord(sandbox.state, sandbox.rawState)],
    [
      l10n.t('Pending because'),
      sandbox.pendingReason === undefined ? undefined : pendingReason(sandbox.pendingReason),
    ],
    [l10n.t('Outcome'), sandbox.outcome],
    [l10n.t('Ended because'), sandbox.terminationReason],
    [l10n.t('Error'), sandbox.errorDetails],
    [l10n.t('Image'), sandbox.image ?? defaultImage],
    [l10n.t('Size'), sizeParts(resources).join(', ')],
    [l10n.t('Disk'), resources.diskMb === undefined ? undefined : mebibytes(resources.diskMb)],
    [
      l10n.t('Idle timeout'),
      timeoutSecs === undefined ? undefined : timeoutText(timeoutSecs, isEphemeral(sandbox)),
    ],
    [l10n.t('Created'), time(sandbox.createdAtMs)],
    [l10n.t('Terminated'), time(sandbox.terminatedAtMs)],
    [l10n.t('Archived'), time(sandbox.archivedAtMs)],
    [l10n.t('Entrypoint'), sandbox.entrypoint?.map(word => JSON.stringify(word)).join(' ')],
    [l10n.t('Network'), networkText(sandbox.networkPolicy)],
    [l10n.t('Exposed ports'), portsText(sandbox)],
    [l10n.t('Port access'), accessText(sandbox)],
    [l10n.t('Public access ends'), publicEndText(sandbox, publicEnd, nowMs)],
    [
      l10n.t('File systems'),
      listText(
        sandbox.fileSystems.map(
          mount =>
            `${mount.mountPath} ← ${mount.fileSystemId}${mount.readOnly ? ` (${l10n.t('read-only')})` : ''}`,
        ),
      ),
    ],
    [l10n.t('Resize'), resizeText(sandbox)],
    [l10n.t('URL'), sandbox.sandboxUrl],
    [l10n.t('Ingress'), sandbox.ingressEndpoint],
    [l10n.t('Namespace'), sandbox.namespace],
    [l10n.t('Pool'), sandbox.poolId],
    [l10n.t('Template'), sandbox.templateId],
    [l10n.t('Container'), sandbox.containerId],
    [l10n.t('Executor'), sandbox.executorId],
    [l10n.t('Runtime'), sandbox.runtime],
  ]);
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : dateAndTime(ms);
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

function resizeText({ resourceResize }: Sandbox): string | undefined {
  if (!resourceResize) return undefined;
  const { generation, status, requested, errorMessage } = resourceResize;
  return [`#${generation} ${status}`, requested && sizeParts(requested).join(', '), errorMessage]
    .filter(part => part !== undefined && part !== '')
    .join(': ');
}
