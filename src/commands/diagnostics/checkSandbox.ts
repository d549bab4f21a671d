import { l10n } from 'vscode';
import { sandboxAddress } from '../../api/data/sandboxAddress';
import type { AppContext } from '../../app/appContext';
import { type Reached, reachRunning } from '../../app/reach';
import type { Row } from '../../core/list/rows';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { Connection } from '../../host/session/connection';
import { ForeignHostError } from '../../host/session/foreignHost';
import { causeText } from '../../text/connection/causeText';
import { wayLines } from '../../text/connection/wayText';
import { errorText, isCancellation } from '../../text/kit/failureText';
import { separator } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { type Inspection, msSince, type ReportPart } from './report';

/** The way into one sandbox that runs for certain: the selected one, else one used of late, else any. */
export async function sandboxPart(
  context: AppContext,
  connection: Connection,
  inspection: Inspection,
): Promise<ReportPart> {
  const row = runningRow(context);
  if (!row)
    return {
      title: l10n.t('A sandbox'),
      verdict: l10n.t('No sandbox runs, and none is woken for this: the way into one was not tried.'),
      lines: [],
    };
  const title = l10n.t('The sandbox {0}', rowName(row));
  try {
    const reached = await reachRunning(connection, row.sandbox.id, 0);
    return { title, ...(await partOf(reached, inspection)) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (!(error instanceof ForeignHostError)) return { title, verdict: errorText(error), lines: [] };
    const verdict = l10n.t(
      'It is at {0}, which is not below the domain of the service. The key is not sent there before you agree, which you are asked when you first open something in it.',
      error.host,
    );
    return { title, verdict, lines: [] };
  }
}

function runningRow({ store, view }: AppContext): Row | undefined {
  const { rows } = store.current;
  const preferred = [...(view.selection() ?? []), ...view.recent()].map(id => rows.get(id));
  return [...preferred, ...rows.values()].find(row => row && isCapableOf(row.sandbox, ['canConnect']));
}

async function partOf(
  { connection, sandbox, client }: Reached,
  { inspect, nowMs, signal }: Inspection,
): Promise<Omit<ReportPart, 'title'>> {
  const { endpoint, trustedHosts } = connection.session;
  const address = sandboxAddress(endpoint, sandbox, host => trustedHosts.has(host));
  if (!('ok' in address))
    return { verdict: l10n.t('The sandbox has no address: it is not running.'), lines: [] };
  const way = await inspect(new URL(address.ok.endpoint.text));
  const lines = wayLines(way);
  const cause = causeText(way, nowMs());
  if (cause !== undefined) return { verdict: cause, lines };
  const startedAt = performance.now();
  const asked = (what: string): string =>
    l10n.t('Its health, with the key: {0}', [what, msSince(startedAt)].join(separator));
  try {
    const isHealthy = await client.health(signal);
    return isHealthy
      ? { verdict: l10n.t('All is well: the sandbox answers.'), lines: [...lines, asked(l10n.t('healthy'))] }
      : {
          verdict: l10n.t('It answers, and calls itself unhealthy.'),
          lines: [...lines, asked(l10n.t('unhealthy'))],
        };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { verdict: errorText(error), lines: [...lines, asked(l10n.t('failed'))] };
  }
}
