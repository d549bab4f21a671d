import { l10n } from 'vscode';
import type { Obstacle, ShownAnswer } from '../../core/connection/way';
import { plainText } from '../kit/plainText';
import { preciseSpan } from '../kit/units';

/** What kept a request from the service, in one or two sentences; undefined when it is nothing known. */
export function obstacleText(obstacle: Obstacle): string | undefined {
  return obstacle.certificate ? certificateText(obstacle, obstacle.seenAtMs ?? 0) : answerText(obstacle);
}

/** Why a certificate is refused. @param nowMs wall clock */
export function certificateText({ certificate, target }: Obstacle, nowMs: number): string {
  const { problem = '', issuer = '', root, validFromMs, validToMs } = certificate ?? {};
  if (problem === 'CERT_HAS_EXPIRED' || problem === 'CERT_NOT_YET_VALID') {
    const isOver = validToMs !== undefined && validToMs < nowMs;
    const atMs = isOver ? validToMs : validFromMs;
    const date = atMs === undefined ? '?' : new Date(atMs).toISOString().slice(0, 10);
    const today = new Date(nowMs).toISOString().slice(0, 10);
    return isOver
      ? l10n.t(
          'The certificate of {0} ended on {1}; the clock of this machine says {2}.',
          target,
          date,
          today,
        )
      : l10n.t(
          'The certificate of {0} begins on {1}; the clock of this machine says {2}.',
          target,
          date,
          today,
        );
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID' || problem === 'HOSTNAME_MISMATCH')
    return l10n.t(
      'The certificate shown for {0} is for "{1}": another server answers in its place, such as a gateway or a login page.',
      target,
      plainText(certificate?.subject ?? ''),
    );
  return l10n.t(
    'The certificate of {0} comes from "{1}", which this machine does not trust. Proxies and virus scanners that read traffic sign with a certificate of their own: if that is wanted here, add it to the certificates of the system.',
    target,
    plainText(root ?? issuer),
  );
}

/** An answer is the service's, unless it is a page or leads elsewhere. */
export function answerText({ answer, target }: Obstacle): string | undefined {
  if (!answer) return undefined;
  if (answer.redirectsTo !== undefined)
    return l10n.t(
      'Something on the way leads to {0}: the login page of this network or of a gateway. Open a web browser and log in there.',
      plainText(answer.redirectsTo),
    );
  if (answer.status === 503) return unavailableText(answer, target);
  if (answer.status === 511)
    return l10n.t(
      'Something on the way to {0} asks you to log in to this network (HTTP 511). Open a web browser and log in there.',
      target,
    );
  if (answer.isPage)
    return l10n.t(
      'A web page came from {0} (HTTP {1}), which Tensorlake never sends: a gateway, a proxy or the login page of this network answers in its place.',
      target,
      answer.status,
    );
  if (answer.status >= 500) return l10n.t('{0} is reached and in trouble: HTTP {1}.', target, answer.status);
  return undefined;
}

/** Out of order, and says so. */
function unavailableText({ isPage, waitMs }: ShownAnswer, target: string): string {
  const what = isPage
    ? l10n.t(
        'A maintenance page came from {0} (HTTP 503): Tensorlake, or a gateway before it, is out of order for now.',
        target,
      )
    : l10n.t('{0} is under maintenance or overloaded (HTTP 503).', target);
  return waitMs === undefined
    ? what
    : `${what} ${l10n.t('It asks to be tried again in {0}.', preciseSpan(waitMs))}`;
}
