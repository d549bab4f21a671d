import { l10n, version as editorVersion } from 'vscode';
import { inspectWay, type InspectOptions } from '../../api/http/route/inspectWay';
import type { AppContext } from '../../app/appContext';
import type { Way } from '../../core/connection/way';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { startProgress } from '../../host/editor/dialogs/progress';
import type { Connection } from '../../host/session/connection';
import { causeText } from '../../text/connection/causeText';
import { hopText, wayLines } from '../../text/connection/wayText';
import { errorText, isCancellation } from '../../text/kit/failureText';
import { separator } from '../../text/kit/plainText';
import { requireEndpoint } from '../account/signIn';
import { sandboxPart } from './checkSandbox';
import { type Inspection, msSince, type ReportPart, wrapped } from './report';
import type { DiagnosticsServices } from './services';

/**
 * Shows, in a document, the way to the API and to one sandbox that runs, hop by hop, and in plain words what is in the
 * way. Works before sign-in; no sandbox is woken.
 */
export function checkConnection(context: AppContext, services: DiagnosticsServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not check the connection'),
    run: async () => {
      const endpoint = requireEndpoint();
      const network = await context.connections.networkOptions();
      const progress = startProgress(l10n.t('Checking the connection to Tensorlake'));
      const { signal } = progress;
      const onHop: InspectOptions['onHop'] = (name, target) => progress.report(hopText(name, target));
      const inspection: Inspection = {
        signal,
        inspect: async (url, answerPath) => {
          const way = await inspectWay(url, { network, signal, onHop, ...(answerPath && { answerPath }) });
          context.log.info(logLine(way));
          return way;
        },
        nowMs: () => context.clock.now(),
      };
      const parts = await progress.until(partsOf(context, endpoint.text, inspection));
      if (signal.aborted) return;
      await services.reports().show(l10n.t('Tensorlake Connection'), reportText(parts, inspection, services));
    },
  };
}

async function partsOf(
  context: AppContext,
  apiUrl: string,
  inspection: Inspection,
): Promise<readonly ReportPart[]> {
  const url = new URL(apiUrl);
  const path = `${url.pathname.replace(/\/$/, '')}/sandboxes?limit=1`;
  const way = await inspection.inspect(url, path);
  const title = l10n.t('The API, {0}', apiUrl);
  const lines = wayLines(way);
  const cause = causeText(way, inspection.nowMs());
  if (cause !== undefined) return [{ title, verdict: cause, lines }];
  // Signed out, or the key cannot be read: the way is all there is to tell.
  const connection = await context.connections.require().catch(() => undefined);
  if (!connection)
    return [
      { title, verdict: l10n.t('All is well so far. Nobody is signed in, so no key was tried.'), lines },
    ];
  const account = await accountOf(connection, inspection);
  const api = { title, verdict: account.verdict, lines: [...lines, account.line] };
  return account.isGood ? [api, await sandboxPart(context, connection, inspection)] : [api];
}

interface Account {
  readonly isGood: boolean;
  readonly verdict: string;
  readonly line: string;
}

/** Asks as the panel does, with the key. */
async function accountOf({ sandboxes }: Connection, { signal }: Inspection): Promise<Account> {
  const startedAt = performance.now();
  const line = (what: string): string =>
    l10n.t('A list, with the key: {0}', [what, msSince(startedAt)].join(separator));
  try {
    await sandboxes.withoutRetries().listPage({ limit: 1 }, signal);
    const verdict = l10n.t('All is well: Tensorlake answers, and accepts the key.');
    return { isGood: true, verdict, line: line(l10n.t('answered')) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { isGood: false, verdict: errorText(error), line: line(l10n.t('failed')) };
  }
}

function reportText(
  parts: readonly ReportPart[],
  { nowMs }: Inspection,
  { version, knownSecrets }: DiagnosticsServices,
): string {
  const facts = [
    new Date(nowMs()).toISOString(),
    `Tensorlake Sandboxes ${version}`,
    `VS Code ${editorVersion}`,
  ];
  const sections = parts.map(({ title, verdict, lines }) =>
    [title, ...[...wrapped(verdict), '', ...lines].map(line => `  ${line}`.trimEnd())].join('\n'),
  );
  return knownSecrets.redact(`${[facts.join(separator), ...sections].join('\n\n')}\n`);
}

function logLine({ origin, proxy, hops }: Way): string {
  const steps = hops.map(
    ({ name, ms, failure }) => `${name} ${ms} ms${failure ? ` failed: ${failure.code}` : ''}`,
  );
  const via = proxy.kind === 'proxy' ? `through ${proxy.origin}` : `direct (${proxy.kind})`;
  return `Connection to ${origin} checked, ${via}: ${steps.join(', ')}`;
}
